import type { Layer } from '@hillock/core'
import { type Wiring, wiring } from '@hillock/core/connections'
import {
  addTo,
  adjoints,
  type Fed,
  gradientOf,
  type LayerGradients,
  type LayerPass,
  neuronGradients,
  type Runtime,
  recurrentGradient,
  type Tensor,
} from '@hillock/core/learner'
import type { SourcePart } from '@hillock/core/network'
import { sizeOf } from '@hillock/core/options'
import { type InputTraces, inputTraces } from './input-traces.ts'
import { type Tensors, zeros } from './moving.ts'
import { neuronTraces } from './neuron-traces.ts'
import { stepOf, valuesOf } from './step.ts'
import { type Synapses, spread, synapsesOf } from './synapses.ts'
import type { Traces } from './traces.ts'

/** What a layer learns step by step. Its tensors are made once and added to, so that memory does not grow with time. */
export interface OnlineLayer {
  readonly layer: Layer
  /**
   * Adds traces times a learning signal, [1, B, N], of the output `name` to the gradients; `heard`: learning signals, [B, N], of what states of
   * the readout were before the step. Returns how the output answers to the currents, [1, B, N], and to the states before the step, [B, N].
   */
  learn(
    pass: LayerPass,
    name: string,
    signal: Tensor,
    heard?: Tensors,
  ): { readonly currents: Tensors; readonly states: Tensors }
  /** Takes a step into the traces. */
  advance(pass: LayerPass): void
  /** What was learnt since this was last asked. */
  take(): Promise<LayerGradients>
}

export function onlineLayer(runtime: Runtime, layer: Layer, batch: number, traces: Traces): OnlineLayer {
  const { backend } = runtime
  const { name, size, neuron, sources } = layer
  const { recurrence, binary, definition } = neuron
  const gradients = new Map<string, Tensor>()
  const tracesOf = (current: string, key: object, wired: Wiring) =>
    inputTraces(runtime, traces, current, batch, wired, traces.own.length > 0 ? synapses(key, wired) : undefined)

  const parts = new Map<SourcePart, InputTraces>()
  const currents = new Set<string>()
  for (const { current, parts: all } of sources) {
    for (const part of all) {
      const { weight, bias, link } = part
      if (weight) {
        gradients.set(weight, zeros(runtime, link.weights))
        parts.set(part, tracesOf(current, part, link.wiring ?? whole(link.weights)))
      }
      if (bias) gradients.set(bias, zeros(runtime, [link.to.at(-1)!]))
      if (bias) currents.add(current)
    }
  }
  const biases = [...currents].map((current) => {
    const own = neuronTraces(runtime, layer, batch, traces, ({ derivative }, state) => derivative(state, current))
    return { current, own }
  })
  const learnt = valueNames(layer).map((value) => {
    const own = neuronTraces(runtime, layer, batch, traces, ({ byValue }, state) => byValue(state, value))
    return { value, own, sum: zeros(runtime, [batch, size]) }
  })
  // The spikes of the step before are what comes in by a recurrent matrix.
  const back = (definition.matrices ?? []).map((matrix) => {
    gradients.set(`${name}.${matrix}`, zeros(runtime, [size, size]))
    const past = zeros(
      runtime,
      [1, batch, size],
      binary && !Object.hasOwn(definition.state, 'spike') ? 'spikes' : 'real',
    )
    return {
      matrix,
      past,
      current: recurrence!.current,
      own: tracesOf(recurrence!.current, layer, whole([size, size])),
    }
  })
  let fresh = true
  let numbers: Readonly<Record<string, number>> = {}

  return {
    layer,
    learn(pass, output, signal, heard = {}) {
      if (fresh) {
        numbers = traces.numbers()
        for (const tensor of [...gradients.values(), ...learnt.map(({ sum }) => sum)])
          backend.write(tensor, new Float32Array(sizeOf(tensor.shape)))
      }
      fresh = false
      // How the output answers to the currents of this step, and to each state that it left behind.
      const ofNeurons = traces.states.filter((state) => !traces.heard.has(state))
      const states = Object.fromEntries(ofNeurons.map((state) => [state, runtime.temporary([batch, size])]))
      const { currents, perRow } = adjoints(runtime, pass, { [output]: signal }, { states, within: true })
      const memory = { ...states, ...heard }
      runtime.timed('backward', () => {
        for (const fed of pass.fed) {
          const { source } = fed
          const own = source.parts.map((part) => parts.get(part))
          gradientOf(runtime, fed, currents[source.current]!, gradients)
          const delays = fed.late?.some((one) => one)
          for (const state of traces.shared) {
            const delta = delays
              ? spread(runtime, memory[state]!, traces.itself, runtime.temporary([1, batch, size]))
              : memory[state]!
            gradientOf(runtime, seen(fed, own, state), delta, gradients)
          }
          for (const [k, part] of source.parts.entries()) own[k]?.learn(memory, gradients.get(part.weight!)!)
        }
        for (const { current, own } of biases) {
          const delta = own.answer(memory)
          if (delta)
            for (const fed of pass.fed) if (fed.source.current === current) toBiases(runtime, fed, delta, gradients)
        }
        for (const { matrix, past, current, own } of back) {
          own.learn(memory, gradients.get(`${name}.${matrix}`)!)
          const add = (x: Tensor, delta: Tensor) => recurrentGradient(runtime, layer, matrix, x, delta, gradients)
          add(past, currents[current]!)
          for (const [state, trace] of Object.entries(own.shared())) add(trace, memory[state]!)
        }
        const now = valuesOf(pass, perRow, states)
        for (const { value, own, sum } of learnt)
          for (const found of [now[value], own.answer(memory)]) if (found) addTo(runtime, sum, found)
      })
      return { currents, states }
    },
    advance(pass) {
      const step = stepOf(runtime, pass, traces, numbers)
      for (const { source, values, late } of pass.fed)
        for (const [k, part] of source.parts.entries()) parts.get(part)?.advance(late?.[k]?.values ?? values[k]!, step)
      for (const { past, own } of back) {
        own.advance(past, step)
        backend.slice(pass.spikes, 0, past)
      }
      for (const { own } of [...biases, ...learnt]) own.advance(step)
    },
    async take() {
      fresh = true
      const rows = Object.fromEntries(learnt.map(({ value, sum }) => [value, sum]))
      if (neuron.learn.length > 0) await neuronGradients(runtime, layer, rows, gradients)
      return { layer, gradients }
    },
  }
}

const whole = ([inputs, units]: readonly number[]): Wiring =>
  wiring({ from: { count: 1, width: inputs! }, to: { count: 1, width: units! }, slots: 1 }, (_, add) => add(0))

const known = new WeakMap<object, Synapses>()

function synapses(key: object, wired: Wiring): Synapses {
  const made = known.get(key) ?? synapsesOf(wired)
  known.set(key, made)
  return made
}

/** Setup values that lead to what is learnt of the neurons, and states that start from it. */
const valueNames = ({ neuron }: Layer): string[] =>
  neuron.learn.length === 0
    ? []
    : neuron.kernels.reverseSetup().nodes.flatMap(({ op, name }) => (op === 'adjoint' ? [name!] : []))

/** What a source was given, with traces of a state in place of what came into weights, and without biases. */
function seen(fed: Fed, traces: readonly (InputTraces | undefined)[], state: string): Fed {
  const { source, values, late } = fed
  const shown = (k: number): Tensor | undefined => traces[k]?.shared()[state]
  return {
    ...fed,
    source: { ...source, parts: source.parts.map((part) => ({ ...part, bias: undefined })) },
    values: values.map((value, k) => (late?.[k] ? value : (shown(k) ?? value))),
    ...(late && { late: late.map((one, k) => one && { ...one, values: shown(k) ?? one.values }) }),
  }
}

/** Adds what comes back to biases. It goes through the weights behind them, which learn by traces of their own. */
function toBiases(runtime: Runtime, fed: Fed, delta: Tensor, gradients: ReadonlyMap<string, Tensor>): void {
  const { parts } = fed.source
  const first = parts.findIndex(({ bias }) => bias !== undefined)
  const own = parts.map((part, k) => (k > first ? part : { ...part, weight: undefined }))
  const found = parts.flatMap(({ bias }) => (bias === undefined ? [] : [[bias, gradients.get(bias)!] as const]))
  if (first >= 0) gradientOf(runtime, { ...fed, source: { ...fed.source, parts: own } }, delta, new Map(found))
}
