import { evaluateSetup } from '@hillock/core/backend'
import { interpret } from '@hillock/core/equations'
import type { Run } from './rig.ts'

/**
 * From what `play` gave for a run with signals to the gradients of the learnable parameters, in f64: one value where the parameter is
 * shared by the layer, else one for each neuron.
 */
export function parameterGradients(
  { kernels, params, size }: Run,
  results: Readonly<Record<string, readonly number[]>>,
): Record<string, number[]> {
  const adjoints = (name: string) => results[`gradient:${name}`] ?? [0]
  const known = { ...params, ...evaluateSetup(kernels.compiled, params, size) }
  const found = interpret(kernels.reverseSetup(), size, ({ op, name }) =>
    op === 'adjoint' ? sumRows(adjoints(name as string), size) : known[name as string]!,
  )
  return Object.fromEntries(
    kernels.learn.map((name) => {
      const perNeuron = Array.from(found[name] ?? new Float64Array(size))
      return [name, typeof params[name] === 'number' ? sumRows(perNeuron, 1) : perNeuron]
    }),
  )
}

/** Adds up rows of `size` values. */
function sumRows(rows: readonly number[], size: number): number[] {
  const sum = new Array<number>(size).fill(0)
  rows.forEach((value, i) => {
    sum[i % size]! += value
  })
  return sum
}
