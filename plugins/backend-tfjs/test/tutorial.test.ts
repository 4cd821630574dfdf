import { reference } from '@hillock/core'
import { expect, jest, test } from '@jest/globals'
import { tfjs } from '../src/index.ts'
import { tutorial } from './tutorial.ts'

jest.setTimeout(120_000)

test('the tutorial reaches the same accuracy on cpu and wasm as on the reference', async () => {
  const wanted = await tutorial(reference())
  expect(wanted).toBeGreaterThan(0.7)
  for (const backend of ['cpu', 'wasm'] as const)
    expect(Math.abs((await tutorial(await tfjs({ backend }))) - wanted)).toBeLessThan(0.05)
})
