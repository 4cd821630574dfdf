import { type Kernels, kernels } from '@hillock/core/backend'
import type { Runtime, Tensor } from '@hillock/core/learner'
import { sizeOf } from '@hillock/core/options'

/** Tensors by the names that equations have for them. */
export type Tensors = Readonly<Record<string, Tensor>>

/** Traces that equations carry from step to step. */
export interface Moving {
  /** As they stand: [B, N]. */
  readonly now: () => Tensors
  /** Takes a step with some inputs, [1, B, N]. */
  advance(inputs: Tensors, numbers: Readonly<Record<string, number>>): void
  /** What they would be after each of some steps: `outputs`, [T, B, N]. */
  ahead(steps: number, inputs: Tensors, numbers: Readonly<Record<string, number>>, outputs: Tensors): void
}

/** Traces of `size` things for each sample, from 0 on. */
export function moving(runtime: Runtime, { forward, definition }: Kernels, batch: number, size: number): Moving {
  const room = () => Object.fromEntries(forward.states.map((name) => [name, zeros(runtime, [batch, size])]))
  let [now, next] = [room(), room()]
  const run = (steps: number, inputs: Tensors, numbers: Readonly<Record<string, number>>, to: object) => {
    if (forward.states.length === 0) return
    const setup = Object.fromEntries(definition.params.map((name) => [name, numbers[name]!]))
    runtime.backend.scan(forward, {
      steps,
      batch,
      size,
      inputs,
      setup,
      timeVarying: {},
      initial: now,
      outputs: {},
      ...to,
    })
  }
  return {
    now: () => now,
    advance(inputs, numbers) {
      run(1, inputs, numbers, { final: next })
      ;[now, next] = [next, now]
    },
    ahead(steps, inputs, numbers, outputs) {
      run(steps, inputs, numbers, { outputs })
    },
  }
}

export const zeros = (runtime: Runtime, shape: readonly number[], kind?: Tensor['kind']): Tensor =>
  filled(runtime, shape, 0, kind)

export function filled(runtime: Runtime, shape: readonly number[], value: number, kind?: Tensor['kind']): Tensor {
  const tensor = runtime.temporary(shape, kind)
  runtime.backend.write(tensor, new Float64Array(sizeOf(shape)).fill(value))
  return tensor
}

/** What an output answers to traces by: the sum of each times how the output answers to its state, all of one shape. */
export function answer(runtime: Runtime, traces: readonly Tensor[], memory: readonly Tensor[]): Tensor {
  const sum = zeros(runtime, traces[0]!.shape)
  const inputs = [traces, memory].flatMap((all, k) => all.map((tensor, i) => [`${'em'[k]}${i}`, tensor] as const))
  runtime.backend.map(sumOf(traces.length).forward, { inputs: Object.fromEntries(inputs), states: { sum }, setup: {} })
  return sum
}

const sums = new Map<number, Kernels>()

function sumOf(count: number): Kernels {
  const all = Array.from({ length: count }, (_, i) => i)
  const made =
    sums.get(count) ??
    kernels({
      name: 'sum of traces',
      equations: `sum = ${all.map((i) => `e${i} * m${i}`).join(' + ')}`,
      inputs: all.flatMap((i) => [`e${i}`, `m${i}`]),
      params: [],
      state: { sum: 0 },
      outputs: [],
      record: [],
    })
  sums.set(count, made)
  return made
}
