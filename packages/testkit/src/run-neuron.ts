import {
  type Backend,
  evaluateSchedule,
  evaluateSetup,
  interpret,
  type Neuron,
  stream,
  type Tensor,
} from '@hillock/core'

/** Time steps, samples and neurons: [T, B, N]. */
export interface Extent {
  readonly steps: number
  readonly batch: number
  readonly size: number
}

/** A neuron's run forward in time. */
export interface NeuronRun extends Extent {
  readonly neuron: Neuron
  readonly inputs: Readonly<Record<string, Tensor>>
  /** All that it gave out, [T, B, N]: `spike`, `state:<name>`, `record:<name>`. */
  readonly outputs: Readonly<Record<string, Tensor>>
}

/** What the backward run of a neuron gives. */
export interface NeuronGradients {
  /** The adjoints of the currents, [T, B, N], by the names of the inputs. */
  readonly inputs: Readonly<Record<string, Tensor>>
  /** The gradients of the learnable parameters, in f64, by name: one value, or one for each neuron. */
  readonly params: Readonly<Record<string, Float64Array>>
}

const random = { seed: 1, stream: stream.noise, step: 0, place: 0 }

/** Runs a neuron over currents of shape [T, B, N] and keeps all that it gives out. */
export function runNeuron(
  backend: Backend,
  neuron: Neuron,
  inputs: Readonly<Record<string, Tensor>>,
  extent: Extent,
): NeuronRun {
  const { steps, batch, size } = extent
  const { forward } = neuron.kernels
  const outputs = Object.fromEntries(
    Object.keys(forward.program.outputs).map((name) => {
      const kind = name === 'spike' && neuron.binary ? 'spikes' : 'real'
      return [name, backend.alloc([steps, batch, size], kind)]
    }),
  )
  backend.scan(forward, { ...extent, inputs, ...values(backend, neuron, extent), outputs, random })
  return { ...extent, neuron, inputs, outputs }
}

/** Runs it backward from adjoints of its outputs, [T, B, N]; an absent one is 0. */
export async function reverseNeuron(
  backend: Backend,
  run: NeuronRun,
  signals: Readonly<Record<string, Tensor>>,
): Promise<NeuronGradients> {
  const { neuron, steps, batch, size, inputs } = run
  const kernel = neuron.kernels.reverse()
  const setupProgram = neuron.kernels.reverseSetup()
  const wanted = setupProgram.nodes.flatMap(({ op, name }) => (op === 'adjoint' ? [name as string] : []))
  const perRow = wanted.map((name) => [name.replace('init:', 'state:'), name] as const)
  const outputs: Record<string, Tensor> = {}
  for (const name of Object.keys(inputs)) outputs[`input:${name}`] = backend.alloc([steps, batch, size])
  for (const [output, name] of perRow)
    outputs[output === name ? `setup:${name}` : output] = backend.alloc([batch, size])
  backend.reverse(kernel, {
    steps,
    batch,
    size,
    inputs,
    ...values(backend, neuron, run),
    states: Object.fromEntries(kernel.states.map((name) => [name, run.outputs[`state:${name}`] as Tensor])),
    signals,
    outputs,
    random,
  })
  const adjoints = new Map<string, Float64Array>()
  for (const [output, name] of perRow) {
    const rows = await backend.read(outputs[output === name ? `setup:${name}` : output] as Tensor)
    adjoints.set(name, sumRows(rows, size))
  }
  const given = (name: string) =>
    neuron.params[name] ?? (neuron.definition.state[name.slice('init:'.length)] as number[])
  const results = interpret(setupProgram, size, ({ op, name }) =>
    op === 'adjoint' ? (adjoints.get(name as string) ?? 0) : given(name as string),
  )
  const params = neuron.learn.map((name) => {
    const perNeuron = results[`param:${name}`] ?? new Float64Array(size)
    return [name, typeof neuron.params[name] === 'number' ? sumRows(perNeuron, 1) : perNeuron]
  })
  return {
    inputs: Object.fromEntries(Object.keys(inputs).map((name) => [name, outputs[`input:${name}`] as Tensor])),
    params: Object.fromEntries(params),
  }
}

/** Setup values, schedule and initial states, those that differ per neuron as tensors. */
function values(backend: Backend, { kernels, params }: Neuron, { steps, size }: Extent) {
  const upload = (shape: readonly number[], data: Float64Array): Tensor => {
    const tensor = backend.alloc(shape)
    backend.write(tensor, data)
    return tensor
  }
  const setup: Record<string, number | Tensor> = {}
  const initial: Record<string, number | Tensor> = {}
  for (const [name, value] of Object.entries(evaluateSetup(kernels.compiled, params, size))) {
    const bound = typeof value === 'number' ? value : upload([size], value)
    if (name.startsWith('init:')) initial[name.slice('init:'.length)] = bound
    else setup[name] = bound
  }
  const schedule: Record<string, Tensor> = {}
  for (const [name, of] of Object.entries(evaluateSchedule(kernels.compiled, params, steps, size)))
    schedule[name] = upload(of.perNeuron ? [steps, size] : [steps], of.values)
  return { setup, schedule, initial }
}

/** Adds up rows of `size` values. */
function sumRows(rows: ArrayLike<number>, size: number): Float64Array {
  const sum = new Float64Array(size)
  for (let i = 0; i < rows.length; i++) sum[i % size] = (sum[i % size] as number) + (rows[i] as number)
  return sum
}
