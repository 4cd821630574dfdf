import {
  adjoints,
  type Fed,
  gradientOf,
  type Layer,
  type LayerGradients,
  type LayerPass,
  type Runtime,
  type SourcePart,
  type Tensor,
} from '@hillock/core'
import type { Traces } from './traces.ts'

/** What a layer learns step by step. Its tensors are made once and added to, so that memory does not grow with time. */
export interface OnlineLayer {
  readonly layer: Layer
  /** Adds traces times a learning signal, [1, B, N], of the output `name` to the gradients. */
  learn(pass: LayerPass, name: string, signal: Tensor): void
  /** Takes a step into the traces. */
  advance(pass: LayerPass): void
  /** What was learnt since this was last asked. */
  take(): LayerGradients
}

/** What the synapses of one weight matrix, or of one bias, share. */
interface Traced {
  readonly current: string
  /** [1, B, 1] of ones for a bias; absent for a weight matrix. */
  readonly ones: Tensor | undefined
  /** Traces [1, B, I], for products. */
  readonly shown: Readonly<Record<string, Tensor>>
  /** The same as states, [B, I], and room for them after the next step. */
  traces: Readonly<Record<string, Tensor>>
  next: Readonly<Record<string, Tensor>>
  /** What they reach the neurons by; a bias as the weights of an input that is always 1. */
  readonly part: SourcePart
}

export function onlineLayer(
  runtime: Runtime,
  layer: Layer,
  batch: number,
  traces: Readonly<Record<string, Traces>>,
): OnlineLayer {
  const { backend } = runtime
  const { size, inputs, sources } = layer
  const { states } = layer.neuron.kernels.forward
  const fill = (tensor: Tensor, value: number) =>
    backend.write(tensor, new Float32Array(tensor.shape.reduce((product, n) => product * n, 1)).fill(value))
  const filled = (shape: readonly number[], value: number) => {
    const tensor = runtime.temporary(shape)
    fill(tensor, value)
    return tensor
  }

  const traced = sources.flatMap(({ current, parts: [part] }): Traced[] => {
    const { link, weight, bias } = part!
    const made = (width: number, part: SourcePart, ones?: Tensor): Traced => {
      const names = traces[current]!.kernels.forward.states
      const room = (shape: readonly number[]) => Object.fromEntries(names.map((state) => [state, filled(shape, 0)]))
      const [shown, states] = [
        [1, batch, width],
        [batch, width],
      ]
      return { current, ones, shown: room(shown), traces: room(states), next: room(states), part }
    }
    const weights = made(inputs, { ...part!, weight, bias: undefined })
    if (bias === undefined) return [weights]
    const constant = { ...part!, link: { ...link, weights: [1, size] }, weight: bias, bias: undefined }
    return [weights, made(1, constant, filled([1, batch, 1], 1))]
  })
  const gradients = new Map(
    traced.map(({ ones, part }) => [part.weight!, runtime.temporary(ones ? [size] : [inputs, size])] as const),
  )
  let fresh = true

  return {
    layer,
    learn(pass, name, signal) {
      if (fresh) for (const gradient of gradients.values()) fill(gradient, 0)
      fresh = false
      // How the output answers to the current of this step, and to each state that it left behind.
      const memory = Object.fromEntries(states.map((state) => [state, runtime.temporary([batch, size])]))
      const { currents } = adjoints(runtime, pass, { [name]: signal }, { states: memory })
      runtime.timed('backward', () => {
        for (const fed of pass.fed) gradientOf(runtime, fed, currents[fed.source.current]!, gradients)
        for (const { current, part, shown } of traced) {
          const source = { from: 'input' as const, current, parts: [part] }
          for (const [state, trace] of Object.entries(traces[current]!.names)) {
            const fed: Fed = { source, values: [shown[trace]!, memory[state]!], needed: undefined }
            gradientOf(runtime, fed, memory[state]!, gradients)
          }
        }
      })
    },
    advance({ input }) {
      for (const own of traced) {
        const { kernels, params } = traces[own.current]!
        if (kernels.forward.states.length === 0) continue
        const x = own.ones ?? input
        const over = { steps: 1, batch, size: x.shape[2]!, inputs: { x }, setup: params, schedule: {} }
        backend.scan(kernels.forward, { ...over, initial: own.traces, outputs: own.shown, final: own.next })
        ;[own.traces, own.next] = [own.next, own.traces]
      }
    },
    take() {
      fresh = true
      return { layer, gradients }
    },
  }
}
