import type { Layer } from '@hillock/core'
import type { Link } from '@hillock/core/connections'
import {
  adjoints,
  gradientOf,
  type LayerGradients,
  type LayerPass,
  type Runtime,
  recurrentGradient,
  type Tensor,
} from '@hillock/core/learner'
import type { Source, SourcePart } from '@hillock/core/network'
import { sizeOf } from '@hillock/core/options'
import { biasTraces } from './bias-traces.ts'
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

/** The traces of what comes into a connection that has weights, or comes back by a recurrent matrix. */
interface Traced {
  /** Of each state, for products: [1, B, I]. */
  readonly shown: Readonly<Record<string, Tensor>>
  /** The same as states, [B, I], and room for them after the next step. */
  traces: Readonly<Record<string, Tensor>>
  next: Readonly<Record<string, Tensor>>
}

export function onlineLayer(
  runtime: Runtime,
  layer: Layer,
  batch: number,
  traces: Readonly<Record<string, Traces>>,
): OnlineLayer {
  const { backend } = runtime
  const { name, size, neuron, sources } = layer
  const { states } = neuron.kernels.forward
  const fill = (tensor: Tensor) => backend.write(tensor, new Float32Array(sizeOf(tensor.shape)))
  const zeros = (shape: readonly number[], kind?: Tensor['kind']) => {
    const tensor = runtime.temporary(shape, kind)
    fill(tensor)
    return tensor
  }
  const traced = (current: string, width: number): Traced => {
    const names = traces[current]!.kernels.forward.states
    const room = (shape: readonly number[]) => Object.fromEntries(names.map((state) => [state, zeros(shape)]))
    return { shown: room([1, batch, width]), traces: room([batch, width]), next: room([batch, width]) }
  }
  const advance = (own: Traced, current: string, x: Tensor) => {
    const { kernels, params } = traces[current]!
    if (kernels.forward.states.length === 0) return
    const over = { steps: 1, batch, size: x.shape[2]!, inputs: { x }, setup: params, schedule: {} }
    backend.scan(kernels.forward, { ...over, initial: own.traces, outputs: own.shown, final: own.next })
    ;[own.traces, own.next] = [own.next, own.traces]
  }

  const gradients = new Map<string, Tensor>()
  const parts = new Map<SourcePart, Traced>()
  for (const { current, parts: all } of sources) {
    for (const part of all) {
      const { weight, bias, link } = part
      if (weight) {
        gradients.set(weight, zeros(link.weights))
        parts.set(part, traced(current, inputsOf(link)))
      }
      if (bias) gradients.set(bias, zeros([link.to.at(-1)!]))
    }
  }
  const biases = biasTraces(runtime, layer, batch, traces)
  const { recurrence, binary, definition } = neuron
  // The spikes of the step before are what comes in by a recurrent matrix.
  const back = (definition.matrices ?? []).map((matrix) => {
    gradients.set(`${name}.${matrix}`, zeros([size, size]))
    const past = zeros([1, batch, size], binary && !Object.hasOwn(definition.state, 'spike') ? 'spikes' : 'real')
    return { matrix, past, current: recurrence!.current, own: traced(recurrence!.current, size) }
  })
  let fresh = true

  return {
    layer,
    learn(pass, output, signal) {
      if (fresh) for (const gradient of gradients.values()) fill(gradient)
      fresh = false
      // How the output answers to the currents of this step, and to each state that it left behind.
      const memory = Object.fromEntries(states.map((state) => [state, runtime.temporary([batch, size])]))
      const { currents } = adjoints(runtime, pass, { [output]: signal }, { states: memory, within: true })
      runtime.timed('backward', () => {
        for (const fed of pass.fed) {
          const { source, values } = fed
          gradientOf(runtime, fed, currents[source.current]!, gradients)
          const own = source.parts.map((part) => parts.get(part))
          const of = withoutBiases(source)
          for (const [state, trace] of Object.entries(traces[source.current]!.names)) {
            const shown = values.map((value, k) => own[k]?.shown[trace] ?? value)
            gradientOf(runtime, { ...fed, source: of, values: shown }, memory[state]!, gradients)
          }
          biases.learn(fed, memory, gradients)
        }
        for (const { matrix, past, current, own } of back) {
          const add = (x: Tensor, delta: Tensor) => recurrentGradient(runtime, layer, matrix, x, delta, gradients)
          add(past, currents[current]!)
          for (const [state, trace] of Object.entries(traces[current]!.names)) add(own.shown[trace]!, memory[state]!)
        }
      })
    },
    advance(pass) {
      for (const { source, values } of pass.fed)
        for (const [k, part] of source.parts.entries()) {
          const own = parts.get(part)
          if (own) advance(own, source.current, values[k]!)
        }
      for (const { past, current, own } of back) {
        advance(own, current, past)
        backend.slice(pass.spikes, 0, past)
      }
      biases.advance()
    },
    take() {
      fresh = true
      return { layer, gradients }
    },
  }
}

const inputsOf = ({ wiring, weights }: Link): number => (wiring ? wiring.from.count * wiring.from.width : weights[0]!)

const withoutBiases = (source: Source): Source => ({
  ...source,
  parts: source.parts.map((part) => ({ ...part, bias: undefined })),
})
