import { type Backend, reference } from '@hillock/core'
import { expect, jest, test } from '@jest/globals'
import { slicesFor } from '../src/gather.ts'
import { deviceBackend } from '../src/index.ts'
import { numbersOfThread } from '../src/products.ts'
import { scriptDevice } from './script-device.ts'

jest.setTimeout(60_000)

/** Sixteenths, whose products and sums are exact. */
const sixteenths = (count: number, seed: number) =>
  Float32Array.from({ length: count }, (_, i) => (((i * 7 + seed * 13) % 65) - 32) / 16)
const spikes = (count: number) => Float32Array.from({ length: count }, (_, i) => +((i * 5 + (i >> 3)) % 7 < 2))

interface Sizes {
  readonly rows: number
  readonly inner: number
  readonly columns: number
}

/** a^T b, added to what is there, and a b, with a bias. */
async function products(backend: Backend, { rows, inner, columns }: Sizes, kind: 'real' | 'spikes') {
  const put = (shape: number[], values: Float32Array, of: 'real' | 'spikes' = 'real') => {
    const tensor = backend.alloc(shape, of)
    backend.write(tensor, values)
    return tensor
  }
  const size = rows * inner
  const a = put([rows, inner], kind === 'real' ? sixteenths(size, 1) : spikes(size), kind)
  const [b, delta] = [
    put([inner, columns], sixteenths(inner * columns, 2)),
    put([rows, columns], sixteenths(rows * columns, 3)),
  ]
  const [out, bias] = [backend.alloc([rows, columns]), put([columns], sixteenths(columns, 4))]
  const gradient = put([inner, columns], sixteenths(inner * columns, 5))
  backend.matmul(a, b, out, { bias })
  backend.matmul(a, delta, gradient, { transposeA: true, accumulate: true })
  return [await backend.read(out), await backend.read(gradient)]
}

const large: Sizes = { rows: 530, inner: 21, columns: 515 }
const long: Sizes = { rows: 1001, inner: 70, columns: 65 }

test.each([
  ['real', large],
  ['spikes', large],
  ['real', long],
  ['spikes', long],
] as const)('a product of %s of %j is that of the reference', async (kind, sizes) => {
  const [found, wanted] = [
    await products(deviceBackend(scriptDevice(), { exact: true }), sizes, kind),
    await products(reference(), sizes, kind),
  ]
  for (const [i, values] of wanted.entries()) expect(found[i]!.every((x, k) => x === values[k])).toBe(true)
})

test('large products are made four by four, long ones of spikes in slices', () => {
  expect(numbersOfThread(large.rows, large.columns)).toBe(4)
  expect(numbersOfThread(long.rows, long.columns)).toBe(1)
  expect(slicesFor(long.rows, Math.ceil(long.inner / 32), long.columns)).toEqual({ count: 16, rows: 64 })
  expect(slicesFor(0, 1, 1)).toEqual({ count: 1, rows: 64 })
  expect(slicesFor(32_000, 512, 16_384).count).toBe(1)
})
