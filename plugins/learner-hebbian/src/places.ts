import type { Active, LazyWeights } from './lazy-weights.ts'
import { meanPatch, type Patches, placesSeen } from './patches.ts'
import type { PlasticLayer } from './plastic-layer.ts'
import type { StepRule } from './rule.ts'
import { turn } from './rules/instar.ts'
import type { Shown } from './stage.ts'

/**
 * Of the neurons of a step that fired, `perPlace` at each place of `columns` channels: the most excited, ties going to the lowest. Writes them to
 * `out`, in order; returns how many.
 */
export function mostExcited(
  { index, from, to }: Active,
  excess: Float32Array,
  columns: number,
  perPlace: number,
  out: Int32Array,
): number {
  let count = 0
  for (let e = from; e < to; ) {
    const end = (Math.floor(index[e]! / columns) + 1) * columns
    const first = count
    for (; e < to && index[e]! < end; e++) {
      const neuron = index[e]!
      if (count - first < perPlace) {
        out[count++] = neuron
        continue
      }
      let least = first
      for (let i = first + 1; i < count; i++) if (excess[out[i]!]! <= excess[out[least]!]!) least = i
      if (!(excess[neuron]! > excess[out[least]!]!)) continue
      out.copyWithin(least, least + 1, count)
      out[count - 1] = neuron
    }
  }
  return count
}

/** What a rule does after a time step to weights that places share: the mean of what it does at the places where a channel learns. */
export function learnPlaces(
  { shrink, right: grow }: StepRule,
  weights: LazyWeights,
  { rows, start }: Patches,
  learners: Int32Array,
  count: number,
): void {
  const { units } = weights
  const places = new Int32Array(units)
  for (let i = 0; i < count; i++) places[learners[i]! % units]!++
  for (let unit = 0; unit < units; unit++) if (places[unit]! > 0) weights.scale(unit, 1 - shrink)
  for (let i = 0; i < count; i++) {
    const unit = learners[i]! % units
    const q = (learners[i]! - unit) / units
    weights.add(unit, { index: rows, from: start[q]!, to: start[q + 1]! }, grow / places[unit]!)
  }
}

/** What follows when a presentation of a convolution is over: each channel learns from the mean of what it was shown where it learnt. */
export function concludePlaces(layer: PlasticLayer, { label, progress, chance }: Shown): void {
  const { rule, sources, learners, recruit, wins } = layer
  if (recruit >= 0) {
    const seen = placesSeen(sources[0]!.wiring!, sources[0]!.pre)
    const place = seen[Math.floor(chance * seen.length)]
    if (place === undefined) return
    wins[recruit]!++
    for (const { synapses, pre, wiring } of sources)
      turn(synapses.weights, recruit, meanPatch(wiring!, pre, [place]), 1)
    return
  }
  const channels = byChannel(layer)
  for (const channel of channels.keys()) wins[channel]!++
  if (rule.end === undefined) return
  for (const { synapses, pre, wiring } of sources) {
    for (const [channel, places] of channels) {
      const counts = new Float32Array(wins.length)
      for (const q of places) counts[channel]! += learners.counts[q * wins.length + channel]!
      const post = { counts, fired: Int32Array.of(channel), length: 1 }
      rule.end(synapses, { pre: meanPatch(wiring!, pre, places), post, label, progress })
    }
  }
}

/** The places at which each channel learnt. */
function byChannel({ learners: { fired, length }, wins }: PlasticLayer): Map<number, number[]> {
  const channels = new Map<number, number[]>()
  for (let i = 0; i < length; i++) {
    const channel = fired[i]! % wins.length
    const places = channels.get(channel)
    const place = (fired[i]! - channel) / wins.length
    if (places) places.push(place)
    else channels.set(channel, [place])
  }
  return channels
}
