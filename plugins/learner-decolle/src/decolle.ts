import { adam, type Learner, type Metrics, type Optimizer } from '@hillock/core'
import {
  activityOf,
  adjoints,
  carryError,
  errorOf,
  feedbackWeights,
  forward,
  type LayerGradients,
  type LayerPass,
  layerGradients,
  outputError,
  type Runtime,
  ratePenalty,
  type Signals,
  update,
} from '@hillock/core/learner'
import type { FiringRate } from '@hillock/core/losses'
import { checkOptions, is } from '@hillock/core/options'

/** Options of `decolle`. */
export interface DecolleOptions {
  /** Default: `adam()`. */
  readonly optimizer?: Optimizer
  /** Standard deviation of the weights of readouts. Default: 1 / sqrt(neurons of the layer). */
  readonly deviation?: number
  /** Keeps the firing rates of hidden layers within bounds. Default: no bounds. */
  readonly regularize?: FiringRate
}

const known = {
  optimizer: is.optimizer,
  deviation: is.above(0),
  regularize: is.penalty,
}

/**
 * Deep continuous local learning (Kaiser, Mostafa and Neftci 2020): each hidden layer has a readout of fixed random weights and a loss of its
 * own, and learns from that alone. No error goes from layer to layer; within one it goes back in time through the neuron's own equations. The
 * last layer learns from its output. Works on every network.
 *
 * The loss of a readout is the network's, of the layer's spikes [T, B, N] times weights [N, C] instead of the output [T, B, C].
 * Throws HILLOCK_OPTION if an option is unknown or its value is not allowed.
 */
export function decolle(options: DecolleOptions = {}): Learner {
  checkOptions('decolle', options, known)
  const { optimizer = adam(), deviation, regularize } = options
  return {
    name: 'decolle',
    async step(runtime, batch) {
      const passes = forward(runtime, batch, { learn: true })
      const activity = activityOf(runtime, passes)
      const output = passes.at(-1)!
      const layers: LayerGradients[] = []
      const losses: { readonly layer: string; readonly loss: number; readonly correct: number }[] = []
      let penalties = 0
      for (const pass of passes) {
        const penalty = pass === output || !regularize ? undefined : await ratePenalty(runtime, pass, regularize)
        const { loss, correct, signals } =
          pass === output
            ? await outputError(runtime, output, batch.labels)
            : await readOutError(runtime, pass, output, { deviation, bias: penalty?.signal })
        layers.push(await layerGradients(runtime, pass, adjoints(runtime, pass, signals)))
        losses.push({ layer: pass.layer.name, loss, correct })
        penalties += penalty?.penalty ?? 0
      }
      await update(runtime, optimizer, layers, batch.progress)
      const { loss, correct } = losses.at(-1)!
      const measured = losses.map((of) => [of.layer, metricsOf(of, batch.size)])
      return { loss: loss + penalties, correct, activity, layers: Object.fromEntries(measured) }
    },
  }
}

/** No accuracy where there are no labels. */
const metricsOf = ({ loss, correct }: { readonly loss: number; readonly correct: number }, size: number): Metrics =>
  Number.isNaN(correct) ? { loss } : { loss, accuracy: correct / size }

/** The loss of a layer's readout, and its derivative by the layer's spikes. */
async function readOutError(
  runtime: Runtime,
  { layer, batch, spikes }: LayerPass,
  output: LayerPass,
  { deviation, bias }: { readonly deviation: number | undefined; readonly bias: Signals[string] | undefined },
): Promise<{ readonly loss: number; readonly correct: number; readonly signals: Signals }> {
  const { backend } = runtime
  const classes = output.layer.size
  const weights = feedbackWeights(runtime, layer, classes, deviation)
  const summed = runtime.loss.over === 'sum'
  const seen = summed ? runtime.temporary([batch.size, layer.size]) : spikes
  const values = runtime.temporary([...seen.shape.slice(0, -1), classes])
  runtime.timed('backward', () => {
    if (summed) backend.sum(spikes, seen)
    backend.matmul(seen, weights, values, { transposeB: true })
  })
  const { loss, correct, signals } = errorOf(runtime, output, await backend.read(values), batch.labels)
  const terms = Object.values(signals).map((error) => ({ error, weights }))
  return { loss, correct, signals: { spike: carryError(runtime, terms, { bias }) } }
}
