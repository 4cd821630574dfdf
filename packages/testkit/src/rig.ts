import {
  type Backend,
  evaluateSchedule,
  evaluateSetup,
  type Kernels,
  type ParamValue,
  type RandomKey,
  type Tensor,
} from '@hillock/core'

/** One run of a kernel forward, and backward if it has signals. All arrays are row-major. */
export interface Run {
  readonly kernels: Kernels
  readonly params: Readonly<Record<string, ParamValue>>
  readonly steps: number
  readonly batch: number
  readonly size: number
  /** [T, B, N] values, or [1, B, N]. */
  readonly inputs: Readonly<Record<string, ArrayLike<number>>>
  /** Adjoints of the forward outputs, [T, B, N] or [1, B, N]. */
  readonly signals?: Readonly<Record<string, ArrayLike<number>>>
  /** In place of the definition's: a number, [N] or [B, N]. */
  readonly initial?: Readonly<Record<string, number | ArrayLike<number>>>
  /** Adjoints of the states after the last step, [B, N]. */
  readonly final?: Readonly<Record<string, ArrayLike<number>>>
  readonly random?: RandomKey
  readonly window?: number
  /** Asks for the adjoints of the inputs summed over time. */
  readonly summed?: boolean
}

type Results = Record<string, number[]>

/** Runs forward on a backend and, given signals, backward; returns all outputs of both, `gradient:` before the backward ones. */
export async function play(backend: Backend, run: Run): Promise<Results> {
  const { kernels, params, steps, batch, size, random } = run
  const owned: Tensor[] = []
  const put = (shape: readonly number[], values?: ArrayLike<number>, kind?: Tensor['kind']): Tensor => {
    const tensor = backend.alloc(shape, kind)
    owned.push(tensor)
    if (values !== undefined) backend.write(tensor, values)
    return tensor
  }
  const overTime = (values: ArrayLike<number>) => put([values.length / (batch * size), batch, size], values)
  const each = <A, B>(record: Readonly<Record<string, A>>, make: (value: A, name: string) => B): Record<string, B> =>
    Object.fromEntries(Object.entries(record).map(([name, value]) => [name, make(value, name)]))

  const values = evaluateSetup(kernels.compiled, params, size)
  const perNeuron = (value: number | ArrayLike<number>) =>
    typeof value === 'number' ? value : put(value.length === size ? [size] : [batch, size], value)
  const states = kernels.forward.states
  const bindings = {
    steps,
    batch,
    size,
    inputs: each(run.inputs, overTime),
    setup: each(values, perNeuron),
    schedule: each(evaluateSchedule(kernels.compiled, params, steps, size), ({ perNeuron, values }) =>
      put(perNeuron ? [steps, size] : [steps], values),
    ),
    initial: Object.fromEntries(
      states.map((name) => [name, perNeuron(run.initial?.[name] ?? (values[`init:${name}`] as number))]),
    ),
    ...(random && { random }),
  }
  const outputs = each(kernels.forward.program.outputs, () => put([steps, batch, size]))
  backend.scan(kernels.forward, { ...bindings, outputs })
  const results: Record<string, Tensor> = { ...outputs }

  if (run.signals !== undefined) {
    const kernel = kernels.reverse()
    const gradients = each(kernel.program.outputs, (_, name) =>
      put(name.startsWith('input:') ? [run.summed ? 1 : steps, batch, size] : [batch, size]),
    )
    backend.reverse(kernel, {
      ...bindings,
      states: Object.fromEntries(states.map((name) => [name, outputs[`state:${name}`] as Tensor])),
      signals: each(run.signals, overTime),
      outputs: gradients,
      ...(run.final && { final: each(run.final, (values) => put([batch, size], values)) }),
      ...(run.window !== undefined && { window: run.window }),
    })
    for (const [name, tensor] of Object.entries(gradients)) results[`gradient:${name}`] = tensor
  }
  const read: Results = {}
  for (const [name, tensor] of Object.entries(results)) read[name] = Array.from(await backend.read(tensor))
  for (const tensor of owned) backend.free(tensor)
  return read
}

/** Numbers in [-1, 1) that a machine with f32 holds exactly, the same for the same seed. */
export function noise(count: number, seed: number): number[] {
  let state = seed * 2 + 1
  return Array.from({ length: count }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return ((state >>> 8) & 0xffff) / 0x8000 - 1
  })
}
