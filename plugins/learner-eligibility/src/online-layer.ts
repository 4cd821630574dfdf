import {
  alarmName,
  type Batch,
  kernels,
  type Layer,
  type LayerGradients,
  type LayerPass,
  type Runtime,
  type Tensor,
  weightNames,
} from '@hillock/core'
import type { Traces } from './traces.ts'

/** A layer that runs step by step. Its tensors are made once and overwritten at each step, so that memory does not grow with time. */
export interface OnlineLayer {
  readonly layer: Layer
  /** What goes out in the step at hand, by name: [1, B, N]. */
  readonly outputs: Readonly<Record<string, Tensor>>
  /** Takes a step: from what comes in, [1, B, inputs], to what goes out. */
  forward(input: Tensor): Tensor
  /** Adds traces times a learning signal, [1, B, N], of the output `name` to the gradients. */
  learn(name: string, signal: Tensor): void
  /** Takes the step into traces and states. */
  advance(): void
  /** What was learnt since this was last asked. */
  take(): LayerGradients
  /** What was done in all steps as a pass, by which activity is counted: what went out is the mean over time. */
  pass(batch: Batch): LayerPass
}

/** What the synapses of one weight matrix, or of one bias, share: traces [1, B, I] and a gradient [I, N]. */
interface Source {
  readonly current: string
  /** [1, B, 1] of ones for a bias; absent for a weight matrix. */
  readonly ones: Tensor | undefined
  readonly traces: Readonly<Record<string, Tensor>>
  readonly name: string
  readonly gradient: Tensor
}

const counting = { state: { count: 0 }, outputs: [], record: [] }
const tally = kernels({ ...counting, name: 'tally', equations: 'count = count + x', inputs: ['x'], params: [] })
const mean = kernels({ ...counting, name: 'mean', equations: 'count = count / steps', inputs: [], params: ['steps'] })

export function onlineLayer(
  runtime: Runtime,
  layer: Layer,
  batch: number,
  traces: Readonly<Record<string, Traces>>,
): OnlineLayer {
  const { backend } = runtime
  const { neuron, size, inputs } = layer
  const { inputs: names } = neuron.definition
  const { setup, initial } = runtime.values(layer, 1)
  const kernel = neuron.kernels.watched()
  const { reverse } = neuron.kernels
  const rows = [1, batch, size]
  const each = (keys: readonly string[], shape: readonly number[]) =>
    Object.fromEntries(keys.map((key) => [key, runtime.temporary(shape)]))
  const filled = (shape: readonly number[], value: number) => {
    const tensor = runtime.temporary(shape)
    backend.write(tensor, new Float32Array(shape.reduce((product, n) => product * n, 1)).fill(value))
    return tensor
  }
  const currents = each(names, rows)
  const outputs = each(Object.keys(kernel.program.outputs), rows)
  const { states: own } = neuron.kernels.forward
  const [carried, memory] = [each(kernel.states, [batch, size]), each(own, [batch, size])]
  const direct = each(names, rows)
  const scan = { steps: 1, batch, size, inputs: currents, setup, schedule: {} }
  const states = Object.fromEntries(own.map((state) => [state, outputs[state]!]))
  const count = filled(rows, 0)
  let before = initial
  let input: Tensor
  let fresh = true

  const sources = names.flatMap((current): Source[] => {
    const { weight, bias } = weightNames(layer, current)
    const source = (name: string, width: number, shape: readonly number[], ones?: Tensor): Source => {
      const own = traces[current]!.kernels.forward.states.map((state) => [state, filled([1, batch, width], 0)])
      return { current, ones, traces: Object.fromEntries(own), name, gradient: runtime.temporary(shape) }
    }
    const weights = source(weight, inputs, [inputs, size])
    return layer.connection.bias === null ? [weights] : [weights, source(bias, 1, [size], filled([1, batch, 1], 1))]
  })

  return {
    layer,
    outputs,
    forward(given) {
      input = given
      runtime.timed('forward', () => {
        for (const current of names) {
          const { weight, bias } = weightNames(layer, current)
          const weights = runtime.tensor(weight, [inputs, size])
          const options = layer.connection.bias === null ? {} : { bias: runtime.tensor(bias, [size]) }
          backend.matmul(given, weights, currents[current]!, options)
        }
        backend.scan(kernel, { ...scan, initial: before, outputs })
      })
      return outputs.spike!
    },
    learn(name, signal) {
      // How the output answers to the current of this step, and to each state that it left behind.
      backend.reverse(reverse(), {
        ...scan,
        initial: before,
        states,
        signals: { [name]: signal },
        outputs: { ...direct, ...memory },
      })
      for (const { current, ones, traces: own, gradient } of sources) {
        const transposed = { transposeA: true }
        backend.matmul(ones ?? input, direct[current]!, gradient, { ...transposed, accumulate: !fresh })
        for (const [state, trace] of Object.entries(traces[current]!.names))
          backend.matmul(own[trace]!, memory[state]!, gradient, { ...transposed, accumulate: true })
      }
      fresh = false
    },
    advance() {
      for (const { current, ones, traces: states } of sources) {
        const { kernels: own, params } = traces[current]!
        if (own.forward.states.length === 0) continue
        backend.map(own.forward, { inputs: { x: ones ?? input }, states, setup: params })
      }
      backend.map(tally.forward, { inputs: { x: outputs.spike! }, states: { count }, setup: {} })
      for (const [state, tensor] of Object.entries(carried)) backend.sum(outputs[state]!, tensor)
      before = carried
    },
    take() {
      fresh = true
      return { layer, gradients: new Map(sources.map(({ name, gradient }) => [name, gradient])) }
    },
    pass(of) {
      const alarm = outputs[alarmName]
      if (alarm) runtime.watch(alarm, `${layer.name} (${neuron.name}) computes with NaN or infinity`, layer)
      backend.map(mean.forward, { inputs: {}, states: { count }, setup: { steps: of.steps } })
      const given = layer.index === 0 ? of.input : input
      return { layer, batch: of, input: given, currents, spikes: count, needed: undefined, kept: {} }
    },
  }
}
