import {
  type Backend,
  type Encoder,
  type Examples,
  encode,
  type Loss,
  type Network,
  type Snapshot,
} from '@hillock/core'
import { layOut } from '@hillock/core/encoders'
import {
  backward,
  checkDense,
  createRuntime,
  forward,
  type LayerPass,
  outputError,
  type Runtime,
  type Signals,
  type Tensor,
} from '@hillock/core/learner'
import { stream } from '@hillock/core/random'
import { type StdpCurve, stdpCurve } from './stdp-curve.ts'

/** Groups of postsynaptic neurons: all, those that should fire more by their learning signal, those that should fire less. */
export const groups = ['all', 'more', 'less'] as const

/** How the weight changes of one layer depend on the times of its spikes. */
export interface LayerStdp {
  /** Name of the layer. */
  readonly layer: string
  /** Name of its kind of neuron. */
  readonly neuron: string
  /** Changes of a weight by one pair of spikes: minus the derivative of one example's loss. */
  readonly curves: Readonly<Record<(typeof groups)[number], StdpCurve>>
}

/** The loss and accuracy of a network on examples, and how its weights would change. */
export interface Measured {
  /** Mean loss over the examples. */
  readonly loss: number
  /** Share of the examples that are classified correctly, from 0 to 1. */
  readonly accuracy: number
  /** Those of the layers into which spikes go; a constant or a noisy input has no times to tell. */
  readonly layers: readonly LayerStdp[]
}

/** Runs examples forward and backward as one batch, and relates what each spike does to weights to the times of spikes. The backend is left to others. */
export async function measureStdp(options: {
  readonly network: Network
  readonly encoder: Encoder
  readonly loss: Loss
  /** Time steps T. */
  readonly steps: number
  readonly examples: Examples
  readonly backend: Backend
  readonly seed: number
  /** Default: initial weights from the seed. */
  readonly weights?: Snapshot | undefined
  /** Number of steps on either side of a presynaptic spike. */
  readonly window: number
}): Promise<Measured> {
  const { network, encoder, loss, steps, examples, backend, seed, weights, window } = options
  const { count, images, labels } = examples
  checkDense('measureStdp', network, 'train a network of dense layers')
  const runtime = createRuntime({ network, backend, loss, seed, snapshot: weights })
  const { shape, values } = layOut(encoder, images, { batch: count, steps })
  const pixels = runtime.temporary(shape)
  runtime.backend.write(pixels, values)
  const random = { seed, stream: stream.encoding, step: 0, place: 0 }
  const input = encode(runtime.backend, encoder, pixels, { steps, random })
  const progress = { update: 0, updates: 1, epoch: 0, epochs: 1 }
  const passes = forward(runtime, { input, labels, steps, size: count, progress }, { learn: true })
  const error = await outputError(runtime, passes.at(-1)!, labels)
  const layers: LayerStdp[] = []
  let signals = error.signals
  for (const pass of passes.toReversed()) {
    const first = pass.layer.index === 0
    const result = await backward(runtime, pass, signals, { input: !first })
    if (!first || encoder.binary) {
      for (const [name, delta] of Object.entries(result.currents)) {
        const curves = await curvesOf(runtime, pass, signals, delta, window)
        const { name: layer, neuron } = pass.layer
        const several = neuron.definition.inputs.length > 1
        layers.unshift({ layer: several ? `${layer}.${name}` : layer, neuron: neuron.name, curves })
      }
    }
    if (result.input) signals = { spike: result.input }
  }
  runtime.endStep()
  await runtime.dispose({ keepBackend: true })
  return { loss: error.loss, accuracy: error.correct / count, layers }
}

async function curvesOf(
  { backend }: Runtime,
  { layer, batch, input, spikes }: LayerPass,
  signals: Signals,
  delta: Tensor,
  window: number,
): Promise<LayerStdp['curves']> {
  const [pre, post, mean] = [await backend.read(input), await backend.read(spikes), await backend.read(delta)]
  // the loss is a mean over the batch
  const own = Float64Array.from(mean, (value) => batch.size * value)
  const wanted = await overTime(backend, Object.values(signals), batch.size * layer.size)
  const { inputs, size } = layer
  const shape = { steps: batch.steps, batch: batch.size, inputs, size }
  const curve = (which?: (signal: number) => boolean) =>
    stdpCurve(pre, post, own, shape, window, which && ((b, j) => which(wanted[b * size + j]!)))
  return { all: curve(), more: curve((signal) => signal < 0), less: curve((signal) => signal > 0) }
}

/** Signals [T, B, N] or [1, B, N] summed over time: below 0 where the loss falls if the neuron gives out more. */
async function overTime(
  backend: { read(tensor: Tensor): Promise<ArrayLike<number>> },
  signals: readonly Tensor[],
  size: number,
): Promise<Float64Array> {
  const sum = new Float64Array(size)
  for (const signal of signals) {
    const values = await backend.read(signal)
    for (let i = 0; i < values.length; i++) sum[i % size]! += values[i]!
  }
  return sum
}
