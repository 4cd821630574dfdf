import { readFileSync } from 'node:fs'
import type { Backend, Neuron } from '@hillock/core'
import type { Tensor } from '@hillock/core/learner'
import { expect } from '@jest/globals'
import { parameterGradients } from '../../src/parameter-gradients.ts'
import { play, type Run } from '../../src/rig.ts'

export type Nested = number | readonly Nested[]
type Arrays = Readonly<Record<string, Nested>>

/** What a golden file holds. */
export interface Golden {
  readonly inputs: Arrays
  readonly weights: Arrays
  readonly expected: Arrays
  /** How far the library's own float32 run strays from `expected`; null where it gave NaN. */
  readonly check: { readonly float32_max_abs_diff?: Readonly<Record<string, number | null>> }
}

export function golden(name: string): Golden {
  return JSON.parse(readFileSync(new URL(`../../golden/${name}.json`, import.meta.url), 'utf8'))
}

export const shapeOf = (value: Nested): number[] =>
  typeof value === 'number' ? [] : [value.length, ...shapeOf(value[0] as Nested)]

export const flat = (value: Nested): number[] => (typeof value === 'number' ? [value] : value.flatMap(flat))

/** [a, b, ...] to [b, a, ...]. */
export function swapped(value: Nested): Nested {
  const rows = value as readonly (readonly Nested[])[]
  return (rows[0] as readonly Nested[]).map((_, j) => rows.map((row) => row[j] as Nested))
}

/** Two layers of weights, [in, out], and biases. */
export interface TwoLayers {
  readonly x: Nested
  readonly weights: readonly [Nested, Nested]
  readonly biases: readonly [Nested, Nested]
  readonly neurons: readonly [Neuron, Neuron]
  /** [from, to], of the first layer's spikes to its own neurons, one step later. */
  readonly recurrent?: Nested
  /** Takes the place of the second layer's weights on the way back. */
  readonly feedback?: Nested
}

/** The two layers of a file in torch's layout. */
export const torchLayers = ({ inputs, weights }: Golden, neurons: readonly [Neuron, Neuron]): TwoLayers => ({
  x: inputs.x as Nested,
  weights: [swapped(weights.W1 as Nested), swapped(weights.W2 as Nested)],
  biases: [weights.b1 as Nested, weights.b2 as Nested],
  neurons,
})

/** All that each of the layers gave out: `spike`, states and recorded values, [T, B, N]. */
export type Outputs = readonly Readonly<Record<string, readonly number[]>>[]

export interface Results {
  readonly outputs: Outputs
  readonly weights: readonly number[][]
  readonly biases: readonly number[][]
  readonly params: readonly Readonly<Record<string, readonly number[]>>[]
  /** The gradient of `recurrent`. */
  readonly recurrent: readonly number[]
  readonly x: number[]
}

/**
 * Runs x -> dense -> neuron -> dense -> neuron and back, from the adjoints of the second neuron's outputs (by their names, [T, B, N])
 * that `signals` finds when it has seen what came out.
 */
export async function runTwoLayers(
  backend: Backend,
  { x, weights, biases, neurons, recurrent, feedback }: TwoLayers,
  signals: (outputs: Outputs) => NonNullable<Run['signals']>,
): Promise<Results> {
  const upload = (shape: readonly number[], values: ArrayLike<number>, kind?: Tensor['kind']): Tensor => {
    const tensor = backend.alloc(shape, kind)
    backend.write(tensor, values)
    return tensor
  }
  const tensorOf = (value: Nested) => upload(shapeOf(value), flat(value))
  const read = async (tensor: Tensor) => Array.from(await backend.read(tensor))
  const [steps, batch] = shapeOf(x) as [number, number]
  const w = weights.map(tensorOf)
  const sources = [tensorOf(x)]
  const runs: Run[] = []
  const outputs: Record<string, number[]>[] = []
  for (const [layer, { kernels, params, binary }] of neurons.entries()) {
    const size = w[layer]!.shape[1]!
    const current = backend.alloc([steps, batch, size])
    backend.matmul(sources[layer]!, w[layer]!, current, { bias: tensorOf(biases[layer]!) })
    const matrices = recurrent !== undefined && layer === 0 ? { recurrent: flat(recurrent) } : {}
    const run = { kernels, params, steps, batch, size, inputs: { input: await read(current) }, matrices }
    const out = await play(backend, run)
    runs.push(run)
    outputs.push(out)
    sources.push(upload(current.shape, out.spike!, binary ? 'spikes' : 'real'))
  }
  const found = { weights: [] as number[][], biases: [] as number[][], params: [] as Record<string, number[]>[] }
  let adjoints = signals(outputs)
  let delayed: { readonly spikes: number[]; readonly delta: number[]; readonly size: number } | undefined
  for (const layer of [1, 0]) {
    const run = runs[layer]!
    const results = await play(backend, { ...run, signals: adjoints })
    const delta = upload([steps, batch, run.size], results['gradient:input']!)
    const [dw, db] = [backend.alloc(w[layer]!.shape), backend.alloc([run.size])]
    const below = backend.alloc(sources[layer]!.shape)
    backend.matmul(sources[layer]!, delta, dw, { transposeA: true })
    backend.sum(delta, db)
    const back = feedback !== undefined && layer === 1 ? tensorOf(feedback) : w[layer]!
    backend.matmul(delta, back, below, { transposeB: true })
    found.weights[layer] = await read(dw)
    found.biases[layer] = await read(db)
    found.params[layer] = parameterGradients(run, results)
    adjoints = { spike: await read(below) }
    delayed = { spikes: outputs[layer]!.spike!, delta: results['gradient:input']!, size: run.size }
  }
  return { ...found, outputs, recurrent: await recurrentGradient(), x: adjoints.spike as number[] }

  /** The spikes of each step meet the adjoints of the next. */
  async function recurrentGradient(): Promise<number[]> {
    const { spikes, delta, size } = delayed!
    const shape = [steps - 1, batch, size]
    const [past, gradient] = [upload(shape, spikes.slice(0, -batch * size), 'spikes'), backend.alloc([size, size])]
    backend.matmul(past, upload(shape, delta.slice(batch * size)), gradient, { transposeA: true })
    return read(gradient)
  }
}

/** The largest difference, relative to the largest magnitude expected. */
export function relativeError(actual: ArrayLike<number>, expected: Nested): number {
  const wanted = flat(expected)
  expect(actual.length).toBe(wanted.length)
  return Math.max(...wanted.map((value, i) => Math.abs(actual[i]! - value))) / largest(expected)
}

export const largest = (values: Nested): number => Math.max(...flat(values).map(Math.abs))

/** Passes if all differences are within `tolerance` times the largest magnitude expected; NaN does not pass. */
export function expectClose(actual: ArrayLike<number>, expected: Nested | undefined, tolerance: number): void {
  expect(relativeError(actual, expected as Nested)).toBeLessThanOrEqual(tolerance)
}
