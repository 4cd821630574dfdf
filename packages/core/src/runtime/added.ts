import type { Tensor } from '../backend.ts'
import { ownKernels } from '../kernel.ts'
import { sizeOf } from '../shape.ts'
import type { Runtime } from './contract.ts'

const add = ownKernels('add', 'sum = sum + x', { inputs: ['x'], state: { sum: 0 } })

/** The sum of two currents. */
export const both = ownKernels('both', 'sum = a + b', { inputs: ['a', 'b'], outputs: ['sum'] })

/** The sum of tensors of one shape. */
export function added(runtime: Runtime, terms: readonly Tensor[]): Tensor {
  const sum = runtime.temporary(terms[0]!.shape)
  runtime.backend.write(sum, new Float32Array(sizeOf(sum.shape)))
  for (const term of terms) addTo(runtime, sum, term)
  return sum
}

/** Adds tensors of one shape to others, in place. */
export function addTo({ backend }: Runtime, sum: Tensor, x: Tensor): void {
  backend.map(add().forward, { inputs: { x }, states: { sum }, setup: {} })
}

/** Adds values [N] to those of every step and sample, in place. */
export function addBias(runtime: Runtime, sum: Tensor, bias: Tensor): void {
  const ones = runtime.temporary([...sum.shape.slice(0, -1), 1])
  runtime.backend.write(ones, new Float32Array(sizeOf(ones.shape)).fill(1))
  runtime.backend.matmul(ones, bias, sum, { accumulate: true })
}
