import type { Backend } from '@hillock/core'
import {
  evaluateSetup,
  evaluateTimeVarying,
  type Kernels,
  type RandomKey,
  type ReverseBindings,
  type ScanBindings,
} from '@hillock/core/backend'
import type { Tensor } from '@hillock/core/learner'
import type { ParamValue } from '@hillock/core/neurons'

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
  /** What products multiply by, [N, N]. */
  readonly matrices?: Readonly<Record<string, ArrayLike<number>>>
  readonly random?: RandomKey
  readonly window?: number
  /** Asks for the adjoints of the inputs summed over time. */
  readonly summed?: boolean
  /** Asks for the last step of the forward outputs alone, too, [1, B, N], and for the states after it, [B, N]. */
  readonly last?: boolean
  /** Inputs and `spike` are tensors of spikes. */
  readonly bits?: boolean
}

type Results = Record<string, number[]>

/** Tensors that are freed together. */
export interface Held {
  /** Makes a tensor of these values; of none where they are left out. */
  put(shape: readonly number[], values?: ArrayLike<number>, kind?: Tensor['kind']): Tensor
  free(): void
}

export function holding(backend: Backend): Held {
  const owned: Tensor[] = []
  return {
    put(shape, values, kind) {
      const tensor = backend.alloc(shape, kind)
      owned.push(tensor)
      if (values !== undefined) backend.write(tensor, values)
      return tensor
    },
    free() {
      for (const tensor of owned.splice(0)) backend.free(tensor)
    },
  }
}

const each = <A, B>(record: Readonly<Record<string, A>>, make: (value: A, name: string) => B): Record<string, B> =>
  Object.fromEntries(Object.entries(record).map(([name, value]) => [name, make(value, name)]))

/** All that a scan of a run takes but its outputs, on the backend. */
export function bound({ kernels, params, ...run }: Run, { put }: Held): Omit<ScanBindings, 'outputs'> {
  const { steps, batch, size, random } = run
  const values = evaluateSetup(kernels.compiled, params, size)
  const perNeuron = (value: number | ArrayLike<number>) =>
    typeof value === 'number' ? value : put(value.length === size ? [size] : [batch, size], value)
  return {
    steps,
    batch,
    size,
    inputs: each(run.inputs, (given) =>
      put([given.length / (batch * size), batch, size], given, run.bits ? 'spikes' : 'real'),
    ),
    setup: each(values, perNeuron),
    timeVarying: each(evaluateTimeVarying(kernels.compiled, params, steps, size), ({ perNeuron, values }) =>
      put(perNeuron ? [steps, size] : [steps], values),
    ),
    initial: Object.fromEntries(
      kernels.forward.states.map((name) => [name, perNeuron(run.initial?.[name] ?? values[name]!)]),
    ),
    ...(run.matrices && { matrices: each(run.matrices, (values) => put([size, size], values)) }),
    ...(random && { random }),
  }
}

/** What a backward scan of a run takes, given what the forward scan took and left; its results are still to be read. */
export function boundBackward(
  run: Run,
  forward: Omit<ScanBindings, 'outputs'>,
  outputs: Readonly<Record<string, Tensor>>,
  { put }: Held,
): ReverseBindings {
  const { kernels, steps, batch, size } = run
  // Products of the forward scan come in here.
  const products = Object.entries(outputs).filter(([name]) => name.startsWith('#'))
  const inputs = { ...forward.inputs, ...Object.fromEntries(products) }
  return {
    ...forward,
    inputs,
    states: Object.fromEntries(kernels.forward.states.map((name) => [name, outputs[name]!])),
    signals: each(run.signals!, (values) => put([values.length / (batch * size), batch, size], values)),
    outputs: each(kernels.reverse().program.outputs, (_, name) =>
      put(name in inputs ? [run.summed ? 1 : steps, batch, size] : [batch, size]),
    ),
    ...(run.final && { final: each(run.final, (values) => put([batch, size], values)) }),
    ...(run.window !== undefined && { window: run.window }),
  }
}

/**
 * Runs forward on a backend and, given signals, backward; returns all outputs of both, `gradient:` before the backward ones, `last:` before those of the last step alone,
 * `final:` before the states after it.
 */
export async function play(backend: Backend, run: Run): Promise<Results> {
  const held = holding(backend)
  try {
    return await playHeld(backend, run, held)
  } finally {
    // a call that is refused leaves nothing either
    held.free()
  }
}

async function playHeld(backend: Backend, run: Run, held: Held): Promise<Results> {
  const { kernels, steps, batch, size } = run
  const forward = bound(run, held)
  const outputs = each(kernels.forward.program.outputs, (_, name) =>
    held.put([steps, batch, size], undefined, run.bits && name === 'spike' ? 'spikes' : 'real'),
  )
  backend.scan(kernels.forward, { ...forward, outputs })
  const results: Record<string, Tensor> = { ...outputs }
  if (run.last) {
    const last = each(outputs, () => held.put([1, batch, size]))
    const final = each(forward.initial, () => held.put([batch, size]))
    backend.scan(kernels.forward, { ...forward, outputs: last, final })
    for (const [name, tensor] of Object.entries(last)) results[`last:${name}`] = tensor
    for (const [name, tensor] of Object.entries(final)) results[`final:${name}`] = tensor
  }
  if (run.signals !== undefined) {
    const backward = boundBackward(run, forward, outputs, held)
    backend.reverse(kernels.reverse(), backward)
    for (const [name, tensor] of Object.entries(backward.outputs)) results[`gradient:${name}`] = tensor
  }
  const read: Results = {}
  for (const [name, tensor] of Object.entries(results)) read[name] = Array.from(await backend.read(tensor))
  return read
}

/** What a result of `play` is the gradient by: an input, a setup value or a state. Undefined for another result. */
export const gradientName = (result: string): string | undefined => /^gradient:(.*)$/.exec(result)?.[1]

/** Numbers in [-1, 1) that a machine with f32 holds exactly, the same for the same seed. */
export function noise(count: number, seed: number): number[] {
  const values: number[] = []
  let state = seed * 2 + 1
  for (let i = 0; i < count; i++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    values.push(((state >>> 8) & 0xffff) / 0x8000 - 1)
  }
  return values
}
