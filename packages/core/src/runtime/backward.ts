import type { Tensor } from '../backend.ts'
import type { Layer, Source } from '../network/layer.ts'
import { carry, gradientOf } from './connections.ts'
import type { Runtime } from './contract.ts'
import { noiseOf, valuesOf } from './forward.ts'
import type { Reach } from './late.ts'
import { liveSetup, neuronGradients } from './neuron-gradients.ts'
import type { Signals } from './output-error.ts'
import type { LayerPass } from './pass.ts'
import { matricesOf, productsOf, recurrentGradients } from './recurrence.ts'
import type { CarryTo } from './through.ts'

/** What a backward scan found. */
export interface Adjoints {
  /** Of the currents, by their names: [T, B, N], or [1, B, N], summed over time. */
  readonly currents: Readonly<Record<string, Tensor>>
  /** Of what the neurons' learnable parameters go into: [B, N]. */
  readonly perRow: Readonly<Record<string, Tensor>>
  /** Of products within a step, by their names: [T, B, N]. */
  readonly products?: Readonly<Record<string, Tensor>>
}

/** Options of `adjoints`. */
export interface AdjointOptions {
  /** Adjoints of states are dropped at each multiple of this many steps; 1 keeps to what a current does in its own step. */
  readonly window?: number | undefined
  /** Sum the adjoints of currents over time, even where those differ from step to step. */
  readonly summed?: boolean
  /** Adjoints of the states after the last step, [B, N], from a later part. Default: 0. */
  readonly final?: Readonly<Record<string, Tensor>> | undefined
  /** No derivative goes along a matrix from neuron to neuron: each neuron by itself, as in e-prop. Default: false. */
  readonly within?: boolean
  /** Take the adjoints of the states before the first step, [B, N]. */
  readonly states?: Readonly<Record<string, Tensor>>
}

/** Scans a layer backward, from the learning signal to the adjoints of the currents. */
export function adjoints(
  runtime: Runtime,
  pass: LayerPass,
  signals: Signals,
  { window, summed = false, final, within = false, states = {} }: AdjointOptions = {},
): Adjoints {
  const { layer, batch } = pass
  const { neuron, size } = layer
  return runtime.timed('backward', () => {
    const currents = Object.fromEntries(
      Object.entries(pass.currents).map(([name, { shape }]) => [
        name,
        runtime.temporary(summed ? [1, batch.size, size] : shape),
      ]),
    )
    // Where states did not start from the neurons' own values, these had no effect.
    const live = liveSetup(layer).filter((name) => pass.initial?.[name] === undefined)
    const perRow = Object.fromEntries(live.map((name) => [name, runtime.temporary([batch.size, size])] as const))
    // What comes back is added to a current, so that the two have one adjoint.
    const joined = currents[neuron.recurrence?.current ?? '']
    const whole = joined?.shape[0] === batch.steps ? joined : undefined
    const products = productsOf(runtime, layer, batch, whole)
    const apart = whole ? {} : products
    runtime.backend.reverse(within ? neuron.kernels.reverseWithin() : neuron.kernels.reverse(), {
      steps: batch.steps,
      batch: batch.size,
      size,
      inputs: { ...pass.currents, ...pass.products },
      ...valuesOf(runtime, pass),
      ...matricesOf(runtime, layer),
      states: pass.kept,
      signals,
      outputs: { ...currents, ...apart, ...perRow, ...ownStates(layer, states) },
      ...noiseOf(runtime, layer, batch),
      ...(final && { final: ownStates(layer, final) }),
      ...(window !== undefined && { window }),
    })
    return { currents, perRow, products }
  })
}

/** What a carry holds of neurons' states. */
const ownStates = ({ neuron }: Layer, carried: Readonly<Record<string, Tensor>>): Readonly<Record<string, Tensor>> =>
  Object.fromEntries(Object.entries(carried).filter(([name]) => Object.hasOwn(neuron.definition.state, name)))

/** Gradients of a layer's parameters, by their names. */
export type Gradients = ReadonlyMap<string, Tensor>

/** What `layerGradients` gives for a layer. */
export interface LayerGradients {
  /** The layer that the gradients are of. */
  readonly layer: Layer
  /** Gradients of its weights, biases and learnable parameters. */
  readonly gradients: Gradients
}

/** From adjoints to gradients: products with what came in for the weights, sums for biases and neurons' parameters. */
export async function layerGradients(
  runtime: Runtime,
  pass: LayerPass,
  { currents, perRow, products = {} }: Adjoints,
  reach?: Reach,
): Promise<LayerGradients> {
  const { layer, fed } = pass
  const gradients = new Map<string, Tensor>()
  runtime.timed('backward', () => {
    for (const own of fed) gradientOf(runtime, own, currents[own.source.current]!, gradients, reach)
    recurrentGradients(runtime, pass, products, gradients)
  })
  if (layer.neuron.learn.length > 0) await neuronGradients(runtime, layer, perRow, gradients)
  return { layer, gradients }
}

/** Options of `backward`. */
export interface BackwardOptions extends Omit<AdjointOptions, 'summed'> {
  /** Give the adjoint of what came in by the first source, for the layer below. */
  readonly input?: boolean
  /** [inputs], added to the adjoint of what came in, the same for every step and sample. */
  readonly inputBias?: Tensor | undefined
}

/** What `backward` gives for a layer. */
export interface Backward extends LayerGradients, Adjoints {
  /** The adjoint of what came in, [T, B, inputs] or [1, B, inputs]; only where asked for. */
  readonly input: Tensor | undefined
}

/** One layer backward: a scan from the learning signal to the adjoints of the currents, then products for weights and for the layer below. */
export async function backward(
  runtime: Runtime,
  pass: LayerPass,
  signals: Signals,
  { input = false, inputBias, ...options }: BackwardOptions = {},
): Promise<Backward> {
  const found = adjoints(runtime, pass, signals, options)
  const result = await layerGradients(runtime, pass, found, options)
  const from = pass.fed[0]!.source.from
  return {
    ...result,
    ...found,
    input: input ? inputAdjoint(runtime, pass, found, from, { bias: inputBias, reach: options }) : undefined,
  }
}

/**
 * The adjoint of what a layer, or the input, gave to another, through all connections between them. Throws HILLOCK_UNSUPPORTED if they have batchNorm
 * and the pass is not part of training.
 */
export function inputAdjoint(
  runtime: Runtime,
  { fed }: LayerPass,
  { currents }: Adjoints,
  from: Source['from'],
  { bias, into: first, feedback, reach }: CarryTo = {},
): Tensor {
  let into = first
  runtime.timed('backward', () => {
    const own = fed.filter(({ source }) => source.from === from)
    // What several add to is computed everywhere.
    const alone = own.length === 1 || first !== undefined
    for (const one of own) {
      const given = alone ? one : { ...one, activeMask: undefined }
      into = carry(runtime, given, currents[one.source.current]!, { bias, into, feedback, reach })
    }
  })
  return into!
}
