import { wasm } from '@hillock/backend-wasm'
import { reference, synaptic } from '@hillock/core'
import { oracle } from '@hillock/core/backend'
import { describe, expect, test } from '@jest/globals'
import { constants, flat, golden, gradients, type Nested, neurons, transposed } from './notebook.ts'

const asWritten = { trace: 'exponential', surrogate: 'slope' } as const
const files = ['2layer', '3layer'].flatMap((layers) =>
  Object.entries(neurons).map(([name, make]) => [`${layers}_${name}`, make] as const),
)

function expectClose(found: readonly Float64Array[], wanted: readonly ArrayLike<number>[], tolerance: number): void {
  found.forEach((gradient, i) => {
    const values = Array.from(wanted[i]!)
    expect(gradient).toHaveLength(values.length)
    const error = Math.max(...values.map((value, k) => Math.abs(gradient[k]! - value)))
    expect(error / Math.max(...values.map(Math.abs))).toBeLessThanOrEqual(tolerance)
  })
}

const expected = (of: Readonly<Record<string, Nested>>, count: number) =>
  Array.from({ length: count }, (_, i) => flat(transposed(of[`dW${i + 1}`]!)))

test.each(files)('%s, in f64', async (name, make) => {
  const file = golden(`seed004_elig_${name}`)
  const found = await gradients(file, oracle(), make, asWritten)
  expectClose(found, expected(file.expected, found.length), 1e-9)
})

test.each(['2layer', '3layer'])('%s: the corrected trace is that of a neuron of the library', async (layers) => {
  const file = golden(`seed004_elig_${layers}_corrected`)
  const make = (options: object) => synaptic({ ...constants, atThreshold: true, ...options })
  const found = await gradients(file, oracle(), make, { trace: 'exponential' })
  expectClose(found, expected(file.expected, found.length), 1e-9)
})

// exp(-1/5) and exp(-1/20) are no numbers of f32: with the nearest that are, in place of them, the notebook's own updates change by up to
// 1.4e-5, as its surrogate of slope 25 magnifies what changes in membranes of up to 20. What is wanted of f32 is all the rest.
describe.each([
  ['reference', reference],
  ['wasm', () => wasm({ threads: 1 })],
] as const)('%s, in f32', (_, backend) => {
  test.each(files)('%s', async (name, make) => {
    const file = golden(`seed004_elig_${name}`)
    const nearest = ({ threshold, ...options }: Parameters<typeof make>[0] & { threshold: number }) =>
      make({ ...options, ...rounded(constants), threshold: Math.fround(threshold) })
    const wanted = await gradients(file, oracle(), nearest, asWritten)
    const found = await gradients(file, await backend(), make, asWritten)
    expectClose(found, wanted, 1e-5)
    expectClose(found, expected(file.expected, found.length), 2e-5)
  })
})

const rounded = <T extends Record<string, number>>(values: T): T =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [name, Math.fround(value)])) as T
