import type { Events } from '@hillock/core/backend'
import { compete } from './competition.ts'
import { type Active, lazyWeights, multipliedOut, plainFactors } from './lazy-weights.ts'
import type { Part, PlasticLayer } from './plastic-layer.ts'
import { clearCounts, countSpikes, newCounts, type SpikeCounts } from './spike-counts.ts'
import { mostWinners, plasticLayers, type Room, type Shown, type Stage } from './stage.ts'
import { learnStep } from './step-rule.ts'

/** In plain arrays. */
export function plainStage(parts: readonly Part[], input: Events, steps: number): Stage {
  const factors = parts.map(({ weights, layer }) => plainFactors(weights, layer.size))
  const rooms = parts.map((part, l): Room => {
    const { size } = part.layer
    const spikes = { start: new Int32Array(steps + 1), index: new Int32Array(steps * mostWinners(part)) }
    return {
      weights: lazyWeights(factors[l]!, size),
      spikes,
      counts: newCounts(size),
      membranes: new Float32Array(size),
    }
  })
  const layers = plasticLayers(parts, rooms)
  const seen = newCounts(parts[0]!.layer.inputs)
  return {
    layers,
    seen,
    play: (shown) => play(layers, input, seen, shown),
    weights: (l, limit) => multipliedOut(factors[l]!, parts[l]!.layer.size, limit),
  }
}

/**
 * The definition of a presentation: step by step, each layer in turn integrates, competes and changes its weights by what it saw, so
 * that the next step meets other weights. Membranes start at 0.
 */
function play(
  layers: readonly PlasticLayer[],
  input: Events,
  seen: SpikeCounts,
  { row, stride, teacher, label }: Shown,
): void {
  const currents = layers.map(({ layer }) => new Float32Array(layer.size))
  for (const { membranes } of layers) membranes.fill(0)
  for (const counts of [seen, ...layers.map((layer) => layer.counts)]) clearCounts(counts)
  for (let t = 0; t < teacher.length; t++) {
    let pre = rowOf(input, row + t * stride)
    countSpikes(seen, pre)
    layers.forEach((layer, l) => {
      const { rule, upkeep, synapses, spikes, counts, recruit } = layer
      const { start, index } = spikes
      start[t + 1] = start[t]! + fire(layer, pre, currents[l]!, index.subarray(start[t]!))
      const post = rowOf(spikes, t)
      countSpikes(counts, post)
      if (recruit < 0) learnStep(rule, synapses, { pre, post, label, taught: teacher[t] === 1 })
      if (upkeep.decay > 0) synapses.weights.scaleAll(1 - upkeep.decay)
      pre = post
    })
  }
}

const rowOf = ({ index, start }: Events, row: number): Active => ({ index, from: start[row]!, to: start[row + 1]! })

/** One step of a layer: writes those that fire to `fired`; returns how many. A neuron that is recruited fires if anything comes in. */
function fire(
  { competition, synapses, bias, membranes, recruit, taking }: PlasticLayer,
  pre: Active,
  current: Float32Array,
  fired: Int32Array,
): number {
  if (competition === undefined) return 0
  if (recruit >= 0) {
    fired[0] = recruit
    return pre.to > pre.from ? 1 : 0
  }
  synapses.weights.gather(pre, current, ...taking)
  for (let j = taking[0]; j < taking[1]; j++) current[j]! += bias[j]!
  return compete(competition, membranes, current, taking, fired)
}
