import { type Backend, type Encoder, encode, type Layer, type Network } from '@hillock/core'
import { checkRange } from '@hillock/core/encoders'
import type { Tensor } from '@hillock/core/learner'
import type { ParamValue } from '@hillock/core/neurons'
import { stream } from '@hillock/core/random'
import type { GradSaveFunc } from '@tensorflow/tfjs-core'
import { createBackend } from './backend.ts'
import { backwardPasses } from './backward.ts'
import { fromTensor } from './exchange.ts'
import { forwardPasses, type Given, tensorsOf } from './forward.ts'
import type { Held } from './store.ts'
import type { Tf, TfTensor } from './tf.ts'
import { createTools } from './tools.ts'

export interface NetworkOptions {
  readonly encoder: Encoder | undefined
  /** Name of what is read of the last layer. */
  readonly reads: string
  readonly seed: number
}

/** One call of a network. */
export interface Call {
  /** [T, B, inputs] or [1, B, inputs]. */
  readonly x: TfTensor
  /** By the names of the network's parameters. */
  readonly weights: ReadonlyMap<string, TfTensor>
  readonly steps: number
  /** Counts batches, so that each draws anew. */
  readonly step: number
  /** Give out each time step, [T, B, units], in place of their sum, [B, units]. */
  readonly each: boolean
}

/** A network as a function of tfjs with a gradient of its own: hillock's, with surrogates. It runs on tfjs's current backend. */
export function createNetworkFunction(tf: Tf, network: Network, { encoder, reads, seed }: NetworkOptions) {
  const tools = createTools(tf)
  const { store } = tools
  const base = createBackend('tfjs', tools, (work) => work())
  const encodes = encoder !== undefined && !encoder.constant

  /** Does work on a backend whose tensors end with it. */
  function scoped<T>(work: (backend: Backend) => T): T {
    const made: Tensor[] = []
    const alloc: Backend['alloc'] = (shape, kind) => {
      const tensor = base.alloc(shape, kind)
      made.push(tensor)
      return tensor
    }
    try {
      return tf.tidy(() => work({ ...base, alloc, free() {} }) as never)
    } finally {
      for (const tensor of made) base.free(tensor)
    }
  }
  const resultOf = (tensor: Tensor): TfTensor => store.share(store.wholeOf(tensor as Held))

  function paramsOf(weights: ReadonlyMap<string, Tensor>): (layer: Layer) => Readonly<Record<string, ParamValue>> {
    return ({ name, neuron }) => {
      const learnt = neuron.learn.map((param) => {
        const values = store.hostOf(weights.get(`${name}.${param}`) as Held)
        return [param, typeof neuron.params[param] === 'number' ? values[0]! : values] as const
      })
      return { ...neuron.params, ...Object.fromEntries(learnt) }
    }
  }

  function call({ x, weights, steps, step, each }: Call): TfTensor {
    const names = [...weights.keys()]
    const batch = x.shape[1]!
    const run = tf.customGrad((...all) => {
      const save = all.at(-1) as GradSaveFunc
      const [shown, ...values] = all.slice(0, -1) as TfTensor[]
      return scoped((backend) => {
        const held = new Map(names.map((name, i) => [name, fromTensor(backend, values[i]!)]))
        const raw = fromTensor(backend, shown!)
        if (encodes) checkRange(encoder, store.hostOf(raw as Held))
        const random = { seed, stream: stream.encoding, step, place: 0 }
        const input = encodes ? encode(backend, encoder, raw, { steps, random }) : raw
        const params = paramsOf(held)
        const given: Given = { input, steps, batch, weights: held, params, reads, seed, step }
        const passes = forwardPasses(backend, network, given)
        const output = passes.at(-1)!.outputs[reads]!
        const total = each ? output : backend.alloc([batch, output.shape[2]!])
        if (!each) backend.sum(output, total)
        const value = resultOf(total)
        // tfjs keeps these for the gradient, if there is to be one, and ends them after it.
        const needed = [...held.values(), input, ...passes.flatMap(tensorsOf)] as Held[]
        const parts = needed.map((tensor) => tensor.rows ?? [store.wholeOf(tensor)])
        save(parts.flat())

        const gradFunc = (dy: TfTensor, saved: TfTensor[]) =>
          scoped((backend) => {
            let at = 0
            for (const [i, tensor] of needed.entries()) {
              const { length } = parts[i]!
              store.setKept(tensor, saved.slice(at, at + length).map(store.keep))
              at += length
            }
            try {
              const signal = fromTensor(backend, each ? dy : tf.expandDims(dy, 0))
              const numbers = (tensor: Tensor) => store.hostOf(tensor as Held)
              const found = backwardPasses(backend, passes, given, signal, numbers)
              const dx = encodes ? tf.zerosLike(shown!) : resultOf(found.input)
              return [dx, ...names.map((name) => resultOf(found.gradients.get(name)!))]
            } finally {
              for (const tensor of needed) store.free(tensor)
            }
          })
        return { value, gradFunc }
      })
    })
    return run(x, ...weights.values())
  }
  return { call, dispose: () => base.dispose() }
}
