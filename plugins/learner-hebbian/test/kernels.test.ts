import { generator, stream } from '@hillock/core'
import { expect, test } from '@jest/globals'
import { plain, simdKernels } from '../src/kernels.ts'

const simd = await simdKernels()
const random = generator(1, stream.noise)
const some = (count: number) => Float32Array.from({ length: count }, () => random.integer(64) / 64 - 0.5)
const active = (size: number, count: number) => {
  const index = random.permutation(size).slice(0, count + 2)
  return { index: Int32Array.from(index), from: 1, to: count + 1 }
}

test.each([
  [40, 7],
  [12, 32],
  [90, 75],
])('WebAssembly gives what plain loops give: %d inputs, %d units', (inputs, units) => {
  const start = some(inputs * units)
  // Multiples of 1/64 are added exactly, in whatever order.
  const pre = active(inputs, 9)
  const post = active(units, 4)
  simd.reserve(start.length, Math.max(inputs, units))
  const [mine, placed] = [start.slice(), simd.place(start)]
  const amounts = Float64Array.from(some(units))
  const norms = [new Float64Array(units), new Float64Array(units)] as const
  plain.addOuter(mine, units, pre, post, amounts, norms[0])
  simd.addOuter(placed, units, pre, post, amounts, norms[1])
  expect(placed).toEqual(mine)
  expect(norms[1]).toEqual(norms[0])
  const sums = [new Float32Array(units), new Float32Array(units)] as const
  plain.gather(mine, units, pre, sums[0], 2, units - 1)
  simd.gather(placed, units, pre, sums[1], 2, units - 1)
  expect(sums[1]).toEqual(sums[0])
})

test('the k-th largest, ties among them', () => {
  const values = Float32Array.from({ length: 61 }, () => (1 + random.integer(30)) * 1.7)
  simd.reserve(0, 61)
  for (const count of [1, 8, 61]) {
    for (const k of [1, Math.ceil(count / 2), count]) {
      const wanted = Array.from(values.subarray(0, count)).toSorted((a, b) => b - a)[k - 1]
      expect([plain.kthLargest(values, count, k), simd.kthLargest(values, count, k)]).toEqual([wanted, wanted])
    }
  }
})
