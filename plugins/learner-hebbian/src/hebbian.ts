import type { Layer, Learner } from '@hillock/core'
import { checkDense, classify, type Runtime, type Tensor } from '@hillock/core/learner'
import { weightNames } from '@hillock/core/network'
import { checkOptions, is } from '@hillock/core/options'
import { bernoulliBlock, stream } from '@hillock/core/random'
import { activity } from './activity.ts'
import { competitionOf } from './competition.ts'
import { eventsOf } from './events.ts'
import { plainStage } from './plain-stage.ts'
import { checkFit, type LayerOptions, type Plan, planOf } from './plan.ts'
import type { Part } from './plastic-layer.ts'
import { conclude, present } from './present.ts'
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
 * Learning without an error: neurons compete (`kWinners`), and each winner changes its own weights by what it and its
 * inputs did. Samples are learnt one after another, each step with the weights that the step before left. The loss is only reported.
 *
 * The work grows with the number of spikes. It runs on the host, where weights can change at each step; they are read from the backend
 * and written back once a batch. Throws HILLOCK_OPTION if the options do not fit the network, the input is graded, or the loss does not add
 * up spikes. Throws HILLOCK_UNSUPPORTED if the network is not layers of dense connections, one after another.
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
      checkDense(
        'hebbian',
        runtime.network,
        'use dense(...) from the layer below, or the learner stdp for other connections',
      )
      checkFit(runtime, batch, plans)
      const { network, backend, seed } = runtime
      const parts: Part[] = []
      for (const layer of network.layers) parts.push(await partOf(runtime, layer, plans[layer.index]!))
      const input = await eventsOf(backend, batch.input)
      const makeStage = canPlay(parts) ? await simd() : plainStage
      const stage = makeStage(parts, input, batch.steps)
      const { layers } = stage
      const classes = network.layers.at(-1)!.size
      const scores = new Float64Array(batch.size * classes)
      const active = activity(runtime, batch, layers)
      const { step, steps } = batch.progress
      const counts = runtime.timed('update', () => {
        for (let b = 0; b < batch.size; b++) {
          const shown = {
            row: b,
            stride: batch.size,
            label: batch.labels[b]!,
            classes,
            teacher: teacherSpikes(seed, step, b, batch.steps, teacher),
            progress: (step + b / batch.size) / steps,
          }
          present(stage, shown)
          score(stage, scores.subarray(b * classes, (b + 1) * classes))
          conclude(stage, shown)
          active.note(b)
        }
        for (const [l, { layer, wins, upkeep }] of layers.entries()) {
          backend.write(weightsOf(runtime, layer), stage.weights(l, upkeep.clip))
          backend.write(winsOf(runtime, layer), wins)
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

const weightsOf = (runtime: Runtime, layer: Layer): Tensor =>
  runtime.tensor(weightNames(layer, 'input').weight, [layer.inputs, layer.size])

const winsOf = (runtime: Runtime, layer: Layer): Tensor => runtime.tensor(`${layer.name}/wins`, [layer.size])

async function partOf(runtime: Runtime, layer: Layer, { rule, upkeep, gating, ...given }: Plan): Promise<Part> {
  const { backend } = runtime
  const bias =
    layer.sources[0]!.parts[0]!.bias === undefined
      ? new Float32Array(layer.size)
      : Float32Array.from(await backend.read(runtime.tensor(weightNames(layer, 'input').bias, [layer.size])))
  return {
    layer,
    rule,
    upkeep,
    gating,
    bias,
    weights: await backend.read(weightsOf(runtime, layer)),
    wins: Float32Array.from(await backend.read(winsOf(runtime, layer))),
    competition: rule.competes ? competitionOf(layer, runtime.params(layer), given) : undefined,
  }
}

/** What the last layer makes of a presentation: how often each of its neurons fired, or what it would have been told. */
function score({ layers, seen }: Stage, scores: Float64Array): void {
  const last = layers.at(-1)!
  if (last.competition !== undefined) {
    scores.set(last.counts.counts)
    return
  }
  const { counts, fired, length } = layers.at(-2)?.counts ?? seen
  for (let i = 0; i < length; i++) {
    const input = fired[i]!
    for (let c = 0; c < scores.length; c++) scores[c] = scores[c]! + counts[input]! * last.synapses.weights.at(input, c)
  }
}
