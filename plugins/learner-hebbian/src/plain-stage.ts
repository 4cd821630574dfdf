import type { Events } from '@hillock/core/backend'
import { compete } from './competition.ts'
import { type Active, type Factors, lazyWeights, multipliedOut, plainFactors } from './lazy-weights.ts'
import { newPatches, newPool, type Patches } from './patches.ts'
import { learnPlaces, mostExcited } from './places.ts'
import { type Part, type PlasticLayer, type PlasticSource, placesOf } from './plastic-layer.ts'
import type { StepRule } from './rule.ts'
import { clearCounts, countSpikes, newCounts, type PlainCounts } from './spike-counts.ts'
import { mostWinners, plasticLayers, type Shown, type Stage } from './stage.ts'
import { learnStep } from './step-rule.ts'

/** A source in plain arrays. */
interface PlainSource {
  readonly factors: Factors
  readonly weights: ReturnType<typeof lazyWeights>
  readonly pre: PlainCounts
  readonly pools: readonly ((now: Active) => Active)[]
  readonly patches: Patches | undefined
}

/** A layer in plain arrays. */
interface PlainLayer {
  readonly sources: readonly PlainSource[]
  readonly spikes: Events
  readonly counts: PlainCounts
  readonly learners: PlainCounts
  readonly membranes: Float32Array
  /** Of a step. */
  readonly current: Float32Array
  readonly excess: Float32Array
  readonly learning: Int32Array
}

/** In plain arrays. */
export function plainStage(parts: readonly Part[], input: Events, steps: number): Stage {
  const plain = parts.map((part) => plainLayer(part, steps))
  const layers = plasticLayers(parts, plain)
  return {
    layers,
    play: (shown) => play(layers, plain, input, shown),
    weights: (l, s, limit) => multipliedOut(plain[l]!.sources[s]!.factors, parts[l]!.sources[s]!.shape[1], limit),
  }
}

function plainLayer(part: Part, steps: number): PlainLayer {
  const { size } = part.layer
  const counts = newCounts(size)
  return {
    sources: part.sources.map(({ weights, shape: [, columns], inputs, pools, wiring }) => {
      const factors = plainFactors(weights, columns)
      return {
        factors,
        weights: lazyWeights(factors, columns),
        pre: newCounts(inputs),
        pools: pools.map(newPool),
        patches: wiring && newPatches(wiring),
      }
    }),
    spikes: { start: new Int32Array(steps + 1), index: new Int32Array(steps * mostWinners(part)) },
    counts,
    learners: placesOf(part) > 1 ? newCounts(size) : counts,
    membranes: new Float32Array(size),
    current: new Float32Array(size),
    excess: new Float32Array(size),
    learning: new Int32Array(size),
  }
}

/**
 * The definition of a presentation: step by step, each layer in turn integrates, competes and changes its weights by what it saw, so
 * that the next step meets other weights. Membranes start at 0.
 */
function play(
  layers: readonly PlasticLayer[],
  plain: readonly PlainLayer[],
  input: Events,
  { row, stride, teacher, label }: Shown,
): void {
  for (const { membranes, sources, counts, learners } of plain) {
    membranes.fill(0)
    for (const own of new Set([counts, learners, ...sources.map(({ pre }) => pre)])) clearCounts(own)
  }
  for (let t = 0; t < teacher.length; t++) {
    layers.forEach((layer, l) => {
      const own = plain[l]!
      const { upkeep, recruit, spikes } = layer
      const shown = layer.sources.map((source, s) => {
        const { pools, pre, patches } = own.sources[s]!
        const now = pools.reduce(
          (below, pool) => pool(below),
          whatSpikes(source, layers, input, row + t * stride, t, l),
        )
        countSpikes(pre, now)
        patches?.see(now)
        return now
      })
      const { start, index } = spikes
      start[t + 1] = start[t]! + fire(layer, own, shown, index.subarray(start[t]!))
      const post = rowOf(spikes, t)
      countSpikes(own.counts, post)
      if (placesOf(layer) > 1) learnAtPlaces(layer, own, post)
      else if (recruit < 0)
        for (const [s, { synapses }] of layer.sources.entries())
          learnStep(layer.rule, synapses, { pre: shown[s]!, post, label, taught: teacher[t] === 1 })
      if (upkeep.decay > 0) for (const { weights } of own.sources) weights.scaleAll(1 - upkeep.decay)
    })
  }
}

const rowOf = ({ index, start }: Events, row: number): Active => ({ index, from: start[row]!, to: start[row + 1]! })
const silence: Active = { index: new Int32Array(0), from: 0, to: 0 }

/** What comes to a source in a step, in front of its pools. */
function whatSpikes(
  { from }: PlasticSource,
  layers: readonly PlasticLayer[],
  input: Events,
  row: number,
  t: number,
  own: number,
): Active {
  if (from === 'input') return rowOf(input, row)
  if (from === 'itself') return t === 0 ? silence : rowOf(layers[own]!.spikes, t - 1)
  return rowOf(layers[from]!.spikes, t)
}

/** One step of a layer: writes those that fire to `fired`; returns how many. A neuron that is recruited fires if anything comes in. */
function fire(
  layer: PlasticLayer,
  { sources, membranes, current, excess }: PlainLayer,
  shown: readonly Active[],
  fired: Int32Array,
): number {
  const { competition, bias, recruit, taking } = layer
  if (competition === undefined) return 0
  if (recruit >= 0 && placesOf(layer) === 1) {
    fired[0] = recruit
    return shown.some(({ from, to }) => to > from) ? 1 : 0
  }
  const [first, last] = taking
  current.fill(0, first, last)
  for (const [s, { weights, patches }] of sources.entries()) {
    if (patches === undefined) {
      weights.gather(shown[s]!, current, first, last)
      continue
    }
    const { rows, start } = patches
    for (let q = 0; q + 1 < start.length; q++)
      if (start[q + 1]! > start[q]!)
        weights.gather(
          { index: rows, from: start[q]!, to: start[q + 1]! },
          current,
          0,
          weights.units,
          q * weights.units,
        )
  }
  for (let j = first; j < last; j++) current[j]! += bias[j]!
  return compete(competition, membranes, current, taking, excess, fired)
}

/** The channels that learn at each place of a convolution. */
function learnAtPlaces({ rule, gating, recruit }: PlasticLayer, own: PlainLayer, post: Active): void {
  if (recruit >= 0) return
  const { excess, learning, learners, sources } = own
  const { units } = sources[0]!.weights
  const count = mostExcited(post, excess, units, gating.perPlace, learning)
  countSpikes(learners, { index: learning, from: 0, to: count })
  if (rule.step === undefined) return
  for (const { weights, patches } of sources) learnPlaces(rule.step as StepRule, weights, patches!, learning, count)
}
