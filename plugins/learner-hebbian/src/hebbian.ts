import type { Layer, Learner } from '@hillock/core'
import { classify, type Runtime, type Tensor } from '@hillock/core/learner'
import { checkOptions, is } from '@hillock/core/options'
import { bernoulliBlock, stream, uniform } from '@hillock/core/random'
import { activity } from './activity.ts'
import { competitionOf } from './competition.ts'
import { eventsOf } from './events.ts'
import { plainStage } from './plain-stage.ts'
import { checkFit, checkPlaces, type LayerOptions, type Plan, planOf } from './plan.ts'
import type { Part, SourcePart } from './plastic-layer.ts'
import { conclude, present } from './present.ts'
import { type Projection, projectionsOf } from './projections.ts'
import { canPlay, simdStages } from './simd-stage.ts'
import type { Stage } from './stage.ts'

/** Options of `hebbian`. */
export interface HebbianOptions {
  /** One plan for each layer, starting at the input. */
  readonly layers: readonly LayerOptions[]
  /** Probability that the teacher fires in a time step. Default: 1. */
  readonly teacher?: number
}

const rules = "a list, as in layers: [{ rule: 'oja' }, { rule: 'supervised' }]"
const known = {
  layers: (value: unknown) => (Array.isArray(value) && value.length > 0 ? undefined : `give ${rules}`),
  teacher: is.number(0, 1),
}

/**
 * Learning without an error: neurons compete (`kWinners`, or `lif` without a competition), and each that fires changes its own weights by
 * what it and its inputs did. Samples are learnt one after another, each step with the weights that the step before left. The loss is only reported.
 *
 * Each source of a layer learns by itself: dense connections, convolutions with max pools in front, recurrent matrices. The places of a
 * convolution share its weights: at each place and step the most excited of the channels that fired learn (`perPlace`), and the weights change
 * by the mean of what the rule makes of these places.
 *
 * The work grows with the number of spikes. It runs on the host, where weights can change at each step; they are read from the backend
 * and written back once a batch. Throws HILLOCK_OPTION if the options do not fit the network, the input is graded, or the loss does not add
 * up spikes. Throws HILLOCK_UNSUPPORTED if weights do not lie between spikes and neurons, or the rule of a convolution tells neurons apart by their
 * class.
 */
export function hebbian(options: HebbianOptions): Learner {
  checkOptions('hebbian', options, known, ['layers'])
  const { layers: given, teacher = 1 } = options
  const plans = given.map(planOf)
  let made: ReturnType<typeof simdStages> | undefined
  const simd = () => {
    made ??= simdStages()
    return made
  }
  return {
    name: 'hebbian',
    async step(runtime, batch) {
      checkFit(runtime, batch, plans)
      const { network, backend, seed } = runtime
      const parts: Part[] = []
      for (const layer of network.layers) parts.push(await partOf(runtime, layer, plans[layer.index]!, parts))
      const input = await eventsOf(backend, batch.input)
      const makeStage = canPlay(parts) ? await simd() : plainStage
      const stage = makeStage(parts, input, batch.steps)
      const { layers } = stage
      const classes = network.layers.at(-1)!.size
      const scores = new Float64Array(batch.size * classes)
      const active = activity(runtime, batch, layers)
      const { update, updates } = batch.progress
      const counts = runtime.timed('update', () => {
        for (let b = 0; b < batch.size; b++) {
          const shown = {
            row: b,
            stride: batch.size,
            label: batch.labels[b]!,
            classes,
            teacher: teacherSpikes(seed, update, b, batch.steps, teacher),
            progress: (update + b / batch.size) / updates,
            chance: uniform(seed, stream.teacher, 1, update, b, 0, 0),
          }
          present(stage, shown)
          score(stage, scores.subarray(b * classes, (b + 1) * classes))
          conclude(stage, shown)
          active.note(b)
        }
        for (const [l, { layer, wins, upkeep, sources }] of layers.entries()) {
          for (const [s, source] of sources.entries()) {
            backend.write(weightsOf(runtime, source), stage.weights(l, s, upkeep.clip))
            if (source.countsWins) backend.write(winsOf(runtime, source.name, source.inputs), source.winsBelow!)
          }
          backend.write(winsOf(runtime, layer.name, wins.length), wins)
        }
        return active.write()
      })
      const { loss, scores: judged } = runtime.loss.evaluate(scores, batch.labels, {
        steps: batch.steps,
        batch: batch.size,
        classes,
      })
      return { loss, correct: classify(judged, batch.labels, classes).correct, activity: counts }
    },
  }
}

/** Whether the teacher fires, for each step of a presentation. */
function teacherSpikes(seed: number, step: number, sample: number, steps: number, probability: number): Uint8Array {
  const spikes = new Uint8Array(steps)
  if (probability >= 1) return spikes.fill(1)
  for (let t = 0; t < steps; t += 16) {
    const block = bernoulliBlock(seed, stream.teacher, 0, step, sample, 0, t / 16, probability)
    for (let i = 0; i < 16 && t + i < steps; i++) spikes[t + i] = (block >>> i) & 1
  }
  return spikes
}

const weightsOf = (runtime: Runtime, { name, shape }: Projection): Tensor => runtime.tensor(name, shape)

const winsOf = (runtime: Runtime, name: string, size: number): Tensor => runtime.tensor(`${name}/wins`, [size])

async function partOf(
  runtime: Runtime,
  layer: Layer,
  { rule, upkeep, gating, ...given }: Plan,
  below: readonly Part[],
): Promise<Part> {
  const { backend } = runtime
  const projections = projectionsOf(layer)
  const [, columns] = projections[0]!.shape
  const bias = new Float32Array(layer.size)
  for (const { bias: name } of projections) {
    if (name === undefined) continue
    const own = await backend.read(runtime.tensor(name, [columns]))
    for (let j = 0; j < bias.length; j++) bias[j]! += own[j % columns]!
  }
  const wins = Float32Array.from(await backend.read(winsOf(runtime, layer.name, columns)))
  const sources: SourcePart[] = []
  for (const projection of projections) {
    const { name, from, inputs, pools, wiring } = projection
    const weights = await backend.read(weightsOf(runtime, projection))
    const known = from === 'itself' ? wins : from === 'input' ? undefined : below[from]!.wins
    // Of what a pool or a convolution gives out, inputs are counted one by one.
    const countsWins = known !== undefined && !wiring && (pools.length > 0 || known.length !== inputs)
    const winsBelow = countsWins ? Float32Array.from(await backend.read(winsOf(runtime, name, inputs))) : known
    sources.push({ ...projection, weights, winsBelow: wiring ? undefined : winsBelow, countsWins })
  }
  const competition = rule.competes ? competitionOf(layer, runtime.params(layer), given) : undefined
  const part = { layer, rule, upkeep, gating, bias, sources, wins, competition }
  checkPlaces(part)
  return part
}

/** What the last layer makes of a presentation: how often each of its neurons fired, or what it would have been told. */
function score({ layers }: Stage, scores: Float64Array): void {
  const { competition, counts: own, sources } = layers.at(-1)!
  if (competition !== undefined) {
    scores.set(own.counts)
    return
  }
  for (const { pre, synapses } of sources) {
    const { counts, fired, length } = pre
    for (let i = 0; i < length; i++) {
      const input = fired[i]!
      for (let c = 0; c < scores.length; c++) scores[c] = scores[c]! + counts[input]! * synapses.weights.at(input, c)
    }
  }
}
