import type { Events } from './events.ts'
import type { Active } from './lazy-weights.ts'
import type { PlasticLayer } from './plastic-layer.ts'
import { turn } from './rules/instar.ts'
import { clearCounts, countSpike, type SpikeCounts } from './spike-counts.ts'

/** One sample to be shown. */
export interface Shown {
  /** Its rows `first`, `first + stride`, ... hold its time steps. */
  readonly input: Events
  readonly first: number
  readonly stride: number
  readonly steps: number
  readonly label: number
  readonly classes: number
  /** Whether the teacher fires at a step. */
  readonly teacher: (step: number) => boolean
  /** How far training has come, from 0 to 1. */
  readonly progress: number
  /** Told of every spike. */
  readonly onSpike?: (layer: PlasticLayer, step: number, neuron: number) => void
}

/** Added to the length of a column before it is divided by it. */
const epsilon = 1e-6

/**
 * Shows one sample, step by step: all layers in turn integrate and compete, then each changes its weights by what it saw, so that the
 * next step meets other weights. Membranes start at 0. Counts the spikes of the input in `seen`.
 */
export function play(layers: readonly PlasticLayer[], shown: Shown, seen: SpikeCounts): void {
  const { input, label } = shown
  clearCounts(seen)
  for (const layer of layers) begin(layer, shown)
  for (let t = 0; t < shown.steps; t++) {
    const row = shown.first + t * shown.stride
    const incoming: Active = { index: input.index, from: input.start[row]!, to: input.start[row + 1]! }
    for (let e = incoming.from; e < incoming.to; e++) countSpike(seen, incoming.index[e]!)
    let pre = incoming
    for (const layer of layers) pre = compete(layer, pre, t, shown)
    const taught = shown.teacher(t)
    pre = incoming
    for (const { rule, upkeep, synapses, population, recruit } of layers) {
      const post = population?.winners ?? pre
      if (recruit < 0) rule.step?.(synapses, { pre, post, label, taught })
      if (upkeep.decay > 0) synapses.weights.scaleAll(1 - upkeep.decay)
      pre = post
    }
  }
}

/** What follows when a presentation is over. */
export function conclude(layers: readonly PlasticLayer[], { label, progress }: Shown, seen: SpikeCounts): void {
  let pre = seen
  for (const { rule, upkeep, synapses, counts, recruit } of layers) {
    const { weights, wins } = synapses
    for (let i = 0; i < counts.length; i++) wins[counts.fired[i]!]!++
    if (recruit >= 0) turn(weights, recruit, pre, 1)
    else rule.end?.(synapses, { pre, post: counts, label, progress })
    if (upkeep.normalize) for (let unit = 0; unit < weights.units; unit++) weights.normalize(unit, epsilon)
    pre = counts
  }
}

/** Chooses who takes part. */
function begin(layer: PlasticLayer, { label, classes }: Shown): void {
  const { population, counts, synapses, gating } = layer
  clearCounts(counts)
  if (population === undefined) return
  const { wins } = synapses
  const first = gating.byClass ? Math.floor((label * wins.length) / classes) : 0
  const last = gating.byClass ? Math.floor(((label + 1) * wins.length) / classes) : wins.length
  population.begin(first, last)
  layer.recruit = -1
  if (!gating.recruit) return
  const fresh = wins.subarray(first, last).indexOf(0)
  if (fresh >= 0) layer.recruit = first + fresh
}

/** One step of a layer; returns what it gives to the next. */
function compete(layer: PlasticLayer, pre: Active, step: number, { onSpike }: Shown): Active {
  const { population, counts, synapses, recruit } = layer
  if (population === undefined) return pre
  if (recruit >= 0) population.force(recruit, pre)
  else population.step(synapses.weights, pre)
  const { index, from, to } = population.winners
  for (let e = from; e < to; e++) {
    countSpike(counts, index[e]!)
    onSpike?.(layer, step, index[e]!)
  }
  return population.winners
}
