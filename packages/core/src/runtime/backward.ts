import type { Tensor } from '../backend.ts'
import { type Layer, weightNames } from '../network.ts'
import { stream } from '../random/index.ts'
import { type LayerPass, outputName } from './forward.ts'
import { liveSetup, neuronGradients } from './neuron-gradients.ts'
import type { Runtime } from './runtime.ts'

/** Adjoints of what a layer gave out, by the program's output names ('spike', 'state:v'): [T, B, N] or [1, B, N]. */
export type Signals = Readonly<Record<string, Tensor>>

/** The error of the last layer's output. */
export interface OutputError {
  readonly loss: number
  /** How many of the batch were classified right. */
  readonly correct: number
  readonly predictions: Uint8Array
  readonly signals: Signals
}

/** Reads the output, evaluates the loss on the host and puts its derivative back on the backend. */
export async function outputError(runtime: Runtime, pass: LayerPass, labels: ArrayLike<number>): Promise<OutputError> {
  const { backend, loss } = runtime
  const { layer, batch } = pass
  const name = outputName(layer, loss.reads)
  const output = name === 'spike' ? pass.spikes : pass.kept[name]!
  const shape = { steps: batch.steps, batch: batch.size, classes: layer.size }
  let read = output
  if (loss.over === 'sum') {
    read = runtime.temporary([batch.size, layer.size])
    backend.sum(output, read)
  }
  const { loss: value, signal, scores } = loss.evaluate(await backend.read(read), labels, shape)
  const tensor = runtime.temporary([loss.over === 'sum' ? 1 : batch.steps, batch.size, layer.size])
  backend.write(tensor, signal)
  const predictions = Uint8Array.from({ length: batch.size }, (_, b) => largest(scores, b * layer.size, layer.size))
  const correct = predictions.reduce((count, prediction, b) => count + (prediction === labels[b] ? 1 : 0), 0)
  return { loss: value, correct, predictions, signals: { [name]: tensor } }
}

function largest(scores: ArrayLike<number>, from: number, count: number): number {
  let best = 0
  for (let i = 1; i < count; i++) if (scores[from + i]! > scores[from + best]!) best = i
  return best
}

export interface BackwardOptions {
  /** Adjoints of states are dropped at each multiple of this many steps. */
  readonly window?: number | undefined
  /** Give the adjoint of what came in, for the layer below. */
  readonly input?: boolean
  /** [inputs], added to the adjoint of what came in, the same for every step and sample. */
  readonly inputBias?: Tensor | undefined
}

/** Gradients of a layer's parameters, by their names. */
export type Gradients = ReadonlyMap<string, Tensor>

export interface LayerGradients {
  readonly layer: Layer
  readonly gradients: Gradients
  /** The adjoint of what came in, [T, B, inputs] or [1, B, inputs]; only where asked for. */
  readonly input: Tensor | undefined
}

/** One layer backward: a scan from the learning signal to the adjoints of the currents, then products for weights and for the layer below. */
export async function backward(
  runtime: Runtime,
  pass: LayerPass,
  signals: Signals,
  options: BackwardOptions = {},
): Promise<LayerGradients> {
  const { layer, batch } = pass
  const { neuron, size } = layer
  const { backend } = runtime
  const gradients = new Map<string, Tensor>()
  const live = liveSetup(layer)
  const { perRow, input } = runtime.timed('backward', () => {
    const currents = Object.fromEntries(
      Object.entries(pass.currents).map(([name, { shape }]) => [name, runtime.temporary(shape)]),
    )
    const perRow = Object.fromEntries(live.map((name) => [name, runtime.temporary([batch.size, size])]))
    const { setup, schedule, initial } = runtime.values(layer, batch.steps)
    backend.reverse(neuron.kernels.reverse(), {
      steps: batch.steps,
      batch: batch.size,
      size,
      inputs: pass.currents,
      setup,
      schedule,
      initial,
      states: statesOf(pass),
      signals,
      outputs: {
        ...Object.fromEntries(Object.entries(currents).map(([name, tensor]) => [`input:${name}`, tensor])),
        ...perRow,
      },
      random: { seed: runtime.seed, stream: stream.noise, step: batch.progress.step, place: 16 * layer.index },
      ...(options.window !== undefined && { window: options.window }),
    })
    let input: Tensor | undefined
    for (const [name, delta] of Object.entries(currents)) {
      const names = weightNames(layer, name)
      const weight = runtime.temporary([layer.inputs, size])
      backend.matmul(pass.input, delta, weight, { transposeA: true })
      gradients.set(names.weight, weight)
      if (layer.connection.bias !== null) {
        const bias = runtime.temporary([size])
        backend.sum(delta, bias)
        gradients.set(names.bias, bias)
      }
      if (!options.input) continue
      const weights = runtime.tensor(names.weight, [layer.inputs, size])
      const first = input === undefined
      input ??= runtime.temporary(pass.input.shape)
      const bias = first && options.inputBias ? { bias: options.inputBias } : {}
      backend.matmul(delta, weights, input, { transposeB: true, accumulate: !first, ...bias })
    }
    return { perRow, input }
  })
  if (neuron.learn.length > 0) await neuronGradients(runtime, layer, perRow, gradients)
  return { layer, gradients, input }
}

function statesOf({ kept }: LayerPass): Record<string, Tensor> {
  const states = Object.entries(kept).filter(([name]) => name.startsWith('state:'))
  return Object.fromEntries(states.map(([name, tensor]) => [name.slice('state:'.length), tensor]))
}
