import { oracle, reference, synaptic } from '@hillock/core'
import { describe, expect, test } from '@jest/globals'
import { flat, type Golden, golden, gradients, type Nested, neurons, transposed } from './notebook.ts'

const largest = (values: Nested) => Math.max(...flat(values).map(Math.abs))

/** 1e-5, or what torch's own float32 run strays where that is more: a steep surrogate magnifies a membrane's rounding. */
const singlePrecision = ({ check, expected }: Golden, name: string): number =>
  Math.max(1e-5, (1.25 * check.float32_max_abs_diff[name]!) / largest(expected[name]!))

describe.each([
  ['oracle', oracle, () => 1e-9],
  ['reference', reference, singlePrecision],
] as const)('%s', (_, backend, tolerance) => {
  const expectGradients = (found: readonly Float64Array[], file: Golden) => {
    found.forEach((gradient, i) => {
      const name = `dW${i + 1}`
      const wanted = flat(transposed(file.expected[name]!))
      expect(gradient).toHaveLength(wanted.length)
      const error = Math.max(...wanted.map((value, k) => Math.abs(gradient[k]! - value)))
      expect(error / largest(file.expected[name]!)).toBeLessThanOrEqual(tolerance(file, name))
    })
  }

  const variants = Object.entries(neurons)
  const files = ['2layer', '3layer'].flatMap((layers) =>
    variants.map(([name, make]) => [`${layers}_${name}`, make] as const),
  )
  test.each(files)('%s', async (name, make) => {
    const file = golden(`seed004_elig_${name}`)
    const options = { trace: 'exponential', surrogate: 'slope' } as const
    expectGradients(await gradients(file, backend(), make, options), file)
  })

  test.each(['2layer', '3layer'])('%s: the corrected trace is that of a neuron of the library', async (layers) => {
    const file = golden(`seed004_elig_${layers}_corrected`)
    const make = (options: Parameters<typeof synaptic>[0]) =>
      synaptic({ alpha: Math.exp(-1 / 5), beta: Math.exp(-1 / 20), atThreshold: true, ...options })
    expectGradients(await gradients(file, backend(), make, { trace: 'exponential' }), file)
  })
})
