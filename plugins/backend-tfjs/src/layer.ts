import { type Encoder, HillockError, type Layer, type Network, type Snapshot } from '@hillock/core'
import { checkDense, outputName } from '@hillock/core/learner'
import { type Parameter, parametersOf } from '@hillock/core/network'
import { checkOptions, checkValue, is } from '@hillock/core/options'
import type { layers, Shape } from '@tensorflow/tfjs-layers'
import { createNetworkFunction } from './gradient.ts'
import { load } from './load.ts'
import type { Tf, TfTensor } from './tf.ts'

/** The module `@tensorflow/tfjs-layers`. */
export type TfLayers = typeof import('@tensorflow/tfjs-layers')

/** Options of `asLayer`. */
export interface LayerOptions {
  /** Time steps T of an input [B, inputs]. Leave it out where the input has its own, [B, T, inputs]. */
  readonly steps?: number
  /** Makes spikes of the input. Default: none, the input is the current at each step. */
  readonly encoder?: Encoder
  /** What the last layer's neurons give out: 'spike', a state or a recorded name. Default: 'spike'. */
  readonly reads?: string
  /** Give out every time step, [B, T, units], in place of their sum, [B, units]. Default: false. */
  readonly returnSequences?: boolean
  /** An integer in [0, 2^32): weights and random numbers follow from it. Default: 0. */
  readonly seed?: number
  /** Weights to start from, as `snapshot()` of a session or of another such layer gave them. */
  readonly snapshot?: Snapshot
  /** The name of the layer in its model, and of its kind in saved models. Default: 'hillock'. */
  readonly name?: string
  /** The module '@tensorflow/tfjs' in use. Needed in a page, where packages are bundled. Default: '@tensorflow/tfjs-core' and -layers are imported. */
  readonly tf?: Tf & TfLayers
}

/** A layer of tfjs that is a hillock network. */
export type NetworkLayer = layers.Layer & {
  /** The weights, for the `snapshot` of a session or of another layer. */
  snapshot(): Promise<Snapshot>
}

const aNetwork = is.made('a network: sequential(inputs, [dense(units), lif()])', 'inputs', 'layers')
const known = {
  steps: is.whole(1),
  encoder: is.encoder,
  reads: is.text,
  returnSequences: is.flag,
  seed: is.whole(0),
  snapshot: is.made('what snapshot() gave', 'get', 'has', 'keys'),
  name: (value: unknown) => is.text(value) ?? (value === '' ? 'give a text that is not empty' : undefined),
  tf: is.made("the module '@tensorflow/tfjs': import * as tf", 'engine', 'layers', 'sequential'),
}

const packages = ['@tensorflow/tfjs-core', '@tensorflow/tfjs-layers'] as const

/** Evaluation draws its random numbers from here on, as sessions do. */
const unseen = 2 ** 31

/**
 * A hillock network as a layer of tfjs, to stand in a `tf.Sequential` or a functional model and be trained by `model.fit`: its gradient is that
 * of hillock, surrogates in place of the derivative of a spike. Its input is [B, inputs], or [B, T, inputs]. An input that is encoded gets no
 * gradient, so what lies below learns nothing.
 *
 * To load a saved model that has such a layer, call this with the same network and name before.
 *
 * Throws HILLOCK_OPTION if the network or an option is wrong, or the last layer does not give out `reads`. Throws HILLOCK_UNSUPPORTED if a package of
 * tfjs is not installed or the network is not a chain of dense layers, HILLOCK_SHAPE if an input or the snapshot does not fit.
 */
export async function asLayer(network: Network, options: LayerOptions = {}): Promise<NetworkLayer> {
  checkValue('asLayer', 'network', network, aNetwork)
  checkDense('asLayer', network)
  checkOptions('asLayer', options, known)
  const { steps, encoder, returnSequences = false, seed = 0, snapshot, name = 'hillock' } = options
  const tf = options.tf ?? (await load<Tf>(packages[0], packages))
  const { layers } = options.tf ?? (await load<TfLayers>(packages[1], packages))
  const reads = outputName(network.layers.at(-1)!, options.reads ?? 'spike', 'asLayer')
  const parameters = network.layers.flatMap(parametersOf)
  const starts = new Map(parameters.map((each) => [each.name, startOf(each, seed, snapshot)]))

  class HillockLayer extends layers.Layer {
    static className = name
    private readonly run = createNetworkFunction(tf, network, { encoder, reads, seed })
    private batches = 0

    override build(inputShape: Shape | Shape[]): void {
      stepsOf(inputShape as Shape)
      for (const { name, shape } of parameters) {
        const apply = () => tf.tensor(starts.get(name)!, [...shape])
        this.addWeight(name, [...shape], 'float32', { apply } as never)
      }
      super.build(inputShape)
    }

    override call(inputs: TfTensor | TfTensor[], kwargs: { training?: boolean }): TfTensor {
      return tf.tidy(() => {
        this.invokeCallHook(inputs, kwargs)
        const given = Array.isArray(inputs) ? inputs[0]! : inputs
        const time = stepsOf(given.shape)
        const x = given.rank === 2 ? tf.expandDims(given, 0) : tf.transpose(given, [1, 0, 2])
        for (const layer of network.layers) this.keepWithin(layer)
        const weights = new Map(parameters.map(({ name }, i) => [name, this.weights[i]!.read()]))
        const step = kwargs.training ? this.batches++ : unseen
        const output = this.run.call({ x, weights, steps: time, step, each: returnSequences })
        return returnSequences ? tf.transpose(output, [1, 0, 2]) : output
      })
    }

    /** Brings what neurons have learnt back within their bounds, which optimizers know nothing of. */
    private keepWithin(layer: Layer): void {
      const { learn, params } = layer.neuron
      // Twice, as the bounds of one may depend on another.
      for (const param of [...learn, ...learn]) {
        const values = (at: string) => {
          const found = this.weights[parameters.findIndex(({ name }) => name === `${layer.name}.${at}`)]!
          return [found, found.read().dataSync() as Float32Array] as const
        }
        const learnt = learn.map(
          (at) => [at, typeof params[at] === 'number' ? values(at)[1][0]! : values(at)[1]] as const,
        )
        const neuron = { ...layer.neuron, params: { ...params, ...Object.fromEntries(learnt) } }
        const [variable, before] = values(param)
        // That is how a parameter of this value would start.
        const within = parametersOf({ ...layer, neuron })
          .find(({ name }) => name === `${layer.name}.${param}`)!
          .initial(0)
        if (within.some((value, n) => value !== before[n])) variable.write(tf.tensor(within))
      }
    }

    override computeOutputShape(inputShape: Shape | Shape[]): Shape {
      const [batch, ...rest] = inputShape as Shape
      const { size } = network.layers.at(-1)!
      return returnSequences ? [batch!, rest.length === 2 ? rest[0]! : steps!, size] : [batch!, size]
    }

    async snapshot(): Promise<Snapshot> {
      if (!this.built) return new Map(parameters.map(({ name, shape }) => [name, { shape, values: starts.get(name)! }]))
      const saved = parameters.map(async ({ name, shape }, i) => {
        const values = Float32Array.from(await this.weights[i]!.read().data())
        return [name, { shape, values }] as const
      })
      return new Map(await Promise.all(saved))
    }

    override dispose() {
      const result = super.dispose()
      if (result.refCountAfterDispose === 0) this.run.dispose()
      return result
    }
  }

  /** The time steps of an input [B, inputs] or [B, T, inputs]; 0 where they are not known yet. */
  function stepsOf(shape: Shape): number {
    const wanted = [`[B, ${network.inputs}] with the option 'steps'`, `[B, T, ${network.inputs}] without it`]
    const [, ...rest] = shape
    const [own, inputs] = rest.length === 2 ? [rest[0] ?? 0, rest[1]] : [steps, rest[0]]
    const fits = rest.length <= 2 && inputs === network.inputs && own !== undefined && (rest.length === 1 || !steps)
    if (fits) return own
    throw new HillockError('HILLOCK_SHAPE', `${name}: the input has shape [${shape.map((n) => n ?? 'B').join(', ')}]`, {
      hint: `it should be ${wanted.join(', or ')}`,
    })
  }

  tf.serialization.registerClass(HillockLayer as never)
  return new HillockLayer({ name })
}

/** What a parameter starts from. Throws HILLOCK_SHAPE if the snapshot lacks it, or has one of another shape. */
function startOf({ name, shape, initial }: Parameter, seed: number, snapshot: Snapshot | undefined): Float32Array {
  if (snapshot === undefined) return initial(seed)
  const saved = snapshot.get(name)
  if (saved && String(saved.shape) === String(shape)) return Float32Array.from(saved.values)
  const found = saved ? `has '${name}' of shape [${saved.shape}]` : `has no '${name}'`
  throw new HillockError('HILLOCK_SHAPE', `asLayer: the snapshot ${found}`, {
    hint: `the network wants it of shape [${shape}]: is the snapshot of another one?`,
  })
}
