import { concludePlaces } from './places.ts'
import { type PlasticLayer, placesOf } from './plastic-layer.ts'
import { turn } from './rules/instar.ts'
import type { Shown, Stage } from './stage.ts'

/** Added to the length of a column before it is divided by it. */
const epsilon = 1e-6

/** Shows one sample: chooses who takes part, and plays it. */
export function present(stage: Stage, shown: Shown): void {
  for (const layer of stage.layers) choose(layer, shown)
  stage.play(shown)
}

/** What follows when a presentation is over. */
export function conclude({ layers }: Stage, shown: Shown): void {
  for (const layer of layers) {
    for (const { pre, winsBelow, countsWins } of layer.sources)
      if (countsWins) for (let i = 0; i < pre.length; i++) winsBelow![pre.fired[i]!]!++
    if (placesOf(layer) > 1) concludePlaces(layer, shown)
    else concludeNeurons(layer, shown)
    if (layer.upkeep.normalize) for (const { synapses } of layer.sources) synapses.weights.normalizeAll(epsilon)
  }
}

function concludeNeurons(layer: PlasticLayer, { label, progress }: Shown): void {
  const { rule, sources, counts, recruit, wins } = layer
  for (let i = 0; i < counts.length; i++) wins[counts.fired[i]!]!++
  for (const { synapses, pre } of sources) {
    if (recruit >= 0) turn(synapses.weights, recruit, pre, 1)
    else rule.end?.(synapses, { pre, post: counts, label, progress })
  }
}

/** Chooses who takes part. */
function choose(layer: PlasticLayer, { label, classes }: Shown): void {
  const { competition, wins, gating } = layer
  if (competition === undefined) return
  const from = (part: number) => Math.floor((part * wins.length) / classes)
  const [first, last] = gating.classPartition ? [from(label), from(label + 1)] : [0, wins.length]
  const fresh = gating.recruit ? wins.subarray(first, last).indexOf(0) : -1
  // The channels of a convolution all take part, at every place.
  layer.taking = placesOf(layer) > 1 ? [0, layer.layer.size] : [first, last]
  layer.recruit = fresh < 0 ? -1 : first + fresh
}
