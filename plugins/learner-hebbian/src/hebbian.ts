import {
  HillockError,
  type Layer,
  type Learner,
  type Runtime,
  stream,
  type Tensor,
  uniform,
  weightNames,
} from '@hillock/core'
import { eventsOf } from './events.ts'
import { plain, type SimdKernels, simdKernels } from './kernels.ts'
import { lazyWeights } from './lazy-weights.ts'
import { checkFit, type LayerOptions, type Plan, planOf } from './plan.ts'
import type { PlasticLayer } from './plastic-layer.ts'
import { competitionOf, population } from './population.ts'
import { conclude, play, type Shown } from './present.ts'
import { recorder } from './recorder.ts'
import { newCounts, type SpikeCounts } from './spike-counts.ts'

export interface HebbianOptions {
  /** One for each layer, from the input on. */
  readonly layers: readonly LayerOptions[]
  /** The probability that the teacher fires in a time step; 1. */
  readonly teacher?: number
}

/**
 * Plasticity without error: neurons compete for what comes in (`kWinners`), and each winner changes its own weights by what it and its
 * inputs did. Samples are learnt one after another, each step with the weights that the step before left. The loss is only told.
 *
 * Work goes with the spikes: it is done on the host, where weights that change at each step are at hand; they are read from the backend
 * and written back once a batch. Errors: HILLOCK_OPTION for options that do not fit the network, graded input, or a loss that does not
 * add up spikes.
 */
export function hebbian({ layers: given, teacher = 1 }: HebbianOptions): Learner {
  if (!Array.isArray(given)) {
    const hint = "as in layers: [{ rule: 'oja' }, { rule: 'supervised' }]"
    throw new HillockError('HILLOCK_OPTION', 'hebbian: no layers are given', { hint })
  }
  const plans = given.map(planOf)
  let simd: Promise<SimdKernels> | undefined
  return {
    name: 'hebbian',
    async step(runtime, batch) {
      checkFit(runtime, batch, plans)
      const { network, backend, seed } = runtime
      simd ??= simdKernels()
      const kernels = await simd
      const widths = network.layers.map(({ size }) => size)
      const weights = network.layers.reduce((sum, { inputs, size }) => sum + inputs * size + 4, 0)
      kernels.reserve(weights, Math.max(network.inputs, ...widths))
      const layers: PlasticLayer[] = []
      for (const layer of network.layers) {
        layers.push(await plasticLayer(runtime, layer, plans[layer.index]!, layers.at(-1), kernels))
      }
      const input = eventsOf(await backend.read(batch.input), network.inputs)
      const seen = newCounts(network.inputs)
      const classes = network.layers.at(-1)!.size
      const scores = new Float64Array(batch.size * classes)
      const record = recorder(runtime, batch, layers)
      const { step, steps } = batch.progress
      runtime.timed('update', () => {
        for (let b = 0; b < batch.size; b++) {
          const shown: Shown = {
            input,
            first: b,
            stride: batch.size,
            steps: batch.steps,
            label: batch.labels[b]!,
            classes,
            teacher: (t) => teacher >= 1 || uniform(seed, stream.teacher, 0, step, b, 0, t) < teacher,
            progress: (step + b / batch.size) / steps,
            onSpike: (layer, t, neuron) => record.mark(layer, t * batch.size + b, neuron),
          }
          play(layers, shown, seen)
          score(layers, seen, scores.subarray(b * classes, (b + 1) * classes))
          conclude(layers, shown, seen)
        }
        for (const { layer, synapses, upkeep } of layers) {
          backend.write(weightsOf(runtime, layer), synapses.weights.values(upkeep.clip))
          backend.write(winsOf(runtime, layer), synapses.wins)
        }
        record.write()
      })
      const { loss, scores: judged } = runtime.loss.evaluate(scores, batch.labels, {
        steps: batch.steps,
        batch: batch.size,
        classes,
      })
      return { loss, correct: countCorrect(judged, batch.labels, classes) }
    },
  }
}

const weightsOf = (runtime: Runtime, layer: Layer): Tensor =>
  runtime.tensor(weightNames(layer, 'input').weight, [layer.inputs, layer.size])

const winsOf = (runtime: Runtime, layer: Layer): Tensor => runtime.tensor(`${layer.name}/wins`, [layer.size])

async function plasticLayer(
  runtime: Runtime,
  layer: Layer,
  { rule, upkeep, gating, ...given }: Plan,
  below: PlasticLayer | undefined,
  simd: SimdKernels,
): Promise<PlasticLayer> {
  const { backend } = runtime
  const bias =
    layer.connection.bias === null
      ? new Float32Array(layer.size)
      : await backend.read(runtime.tensor(weightNames(layer, 'input').bias, [layer.size]))
  const read = await backend.read(weightsOf(runtime, layer))
  const [values, kernels] = read.BYTES_PER_ELEMENT === 4 ? [simd.place(read), simd] : [read, plain]
  return {
    layer,
    rule,
    upkeep,
    gating,
    synapses: {
      weights: lazyWeights(values, layer.size, kernels),
      wins: Float32Array.from(await backend.read(winsOf(runtime, layer))),
      winsBelow: below?.synapses.wins,
    },
    population: rule.competes
      ? population(competitionOf(layer, runtime.params(layer), given), bias, kernels)
      : undefined,
    counts: newCounts(layer.size),
    recruit: -1,
  }
}

/** What the last layer makes of a presentation: how often each of its neurons fired, or what it would have been told. */
function score(layers: readonly PlasticLayer[], seen: SpikeCounts, scores: Float64Array): void {
  const last = layers.at(-1)!
  if (last.population !== undefined) {
    scores.set(last.counts.counts)
    return
  }
  const { counts, fired, length } = layers.at(-2)?.counts ?? seen
  for (let i = 0; i < length; i++) {
    const input = fired[i]!
    for (let c = 0; c < scores.length; c++) scores[c] = scores[c]! + counts[input]! * last.synapses.weights.at(input, c)
  }
}

function countCorrect(scores: ArrayLike<number>, labels: ArrayLike<number>, classes: number): number {
  let correct = 0
  for (let b = 0; b < labels.length; b++) {
    let best = 0
    for (let c = 1; c < classes; c++) if (scores[b * classes + c]! > scores[b * classes + best]!) best = c
    if (best === labels[b]) correct++
  }
  return correct
}
