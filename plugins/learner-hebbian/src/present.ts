import type { PlasticLayer } from './plastic-layer.ts'
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
export function conclude({ layers, seen }: Stage, { label, progress }: Shown): void {
  let pre = seen
  for (const { rule, upkeep, synapses, counts, recruit } of layers) {
    const { weights, wins } = synapses
    const { fired, length } = counts
    for (let i = 0; i < length; i++) wins[fired[i]!]!++
    if (recruit >= 0) turn(weights, recruit, pre, 1)
    else rule.end?.(synapses, { pre, post: counts, label, progress })
    if (upkeep.normalize) weights.normalizeAll(epsilon)
    pre = counts
  }
}

/** Chooses who takes part. */
function choose(layer: PlasticLayer, { label, classes }: Shown): void {
  const { competition, synapses, gating } = layer
  if (competition === undefined) return
  const { wins } = synapses
  const from = (part: number) => Math.floor((part * wins.length) / classes)
  const [first, last] = gating.byClass ? [from(label), from(label + 1)] : [0, wins.length]
  const fresh = gating.recruit ? wins.subarray(first, last).indexOf(0) : -1
  layer.taking = [first, last]
  layer.recruit = fresh < 0 ? -1 : first + fresh
}
