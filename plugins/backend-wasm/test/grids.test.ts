import { conv2d, reference } from '@hillock/core'
import type { Wiring } from '@hillock/core/connections'
import { sizeOf } from '@hillock/core/options'
import { generator, stream } from '@hillock/core/random'
import { expect, test } from '@jest/globals'
import { gridOf } from '../src/grids.ts'
import { wasm } from '../src/index.ts'

const wiringOf = (
  shape: readonly number[],
  channels: number,
  options: Parameters<typeof conv2d>[2],
  kernel = 3,
): Wiring => conv2d(channels, kernel, options).connect(shape).wiring!

test('a convolution by 3x3 is a grid, whatever its padding', () => {
  const places = [0, 1, 2, 3, 4, 5, 6, 7, 8]
  expect(gridOf(wiringOf([5, 7, 16], 20, { padding: 1 }))).toEqual(Int32Array.of(5, 7, 5, 7, -1, -1, ...places))
  expect(gridOf(wiringOf([6, 5, 16], 16, {}))).toEqual(Int32Array.of(6, 5, 4, 3, 0, 0, ...places))
  expect(gridOf(wiringOf([4, 4, 16], 16, { padding: 2 }))).toEqual(Int32Array.of(4, 4, 6, 6, -2, -2, ...places))
})

const full = wiringOf([6, 6, 16], 16, { padding: 1 })
const changed = (name: 'site' | 'slot', at: number, value: number): Wiring => ({
  ...full,
  [name]: Int32Array.from(full[name], (one, i) => (i === at ? value : one)),
})

test.each<[string, Wiring]>([
  ['a stride', wiringOf([7, 7, 16], 16, { stride: 2 })],
  ['dilation', wiringOf([7, 7, 16], 16, { dilation: 2 })],
  ['another kernel', wiringOf([7, 7, 16], 16, {}, 2)],
  ['few channels', wiringOf([7, 7, 2], 16, {})],
  ['channels that are no whole vectors', wiringOf([7, 7, 16], 18, {})],
  ['groups', wiringOf([7, 7, 32], 32, { groups: 2 })],
  ['one other site', changed('site', 40, 30)],
  ['one other matrix', changed('slot', 40, 0)],
  ['lags', { ...full, lag: new Int32Array(full.site.length) }],
])('with %s it is none', (_, wiring) => {
  expect(gridOf(wiring)).toBeUndefined()
})

test.each([
  { shape: [5, 7, 16], channels: 20, padding: 1, steps: 3, batch: 2 },
  { shape: [6, 6, 32], channels: 16, padding: 0, steps: 1, batch: 3 },
  { shape: [8, 9, 16], channels: 16, padding: 2, steps: 5, batch: 1 },
])('numbers by a grid of %j are those of the reference, with the same bits on any number of threads', async (given) => {
  const { shape, channels, padding, steps, batch } = given
  const connection = conv2d(channels, 3, { padding }).connect(shape)
  const { wiring, weights, to } = connection
  const { uniform } = generator(1, stream.noise)
  const made = (sizes: readonly number[]) =>
    [sizes, Float32Array.from({ length: sizeOf(sizes) }, () => uniform() - 0.5)] as const
  const rows = [steps, batch]
  const [x, w, delta, bias] = [[...rows, sizeOf(shape)], weights, [...rows, sizeOf(to)], [channels]].map(made)
  const found: Float32Array[][] = []
  for (const backend of [reference(), await wasm({ threads: 1 }), await wasm({ threads: 2 })]) {
    const put = ([sizes, values]: ReturnType<typeof made>) => {
      const tensor = backend.alloc(sizes)
      backend.write(tensor, values)
      return tensor
    }
    const [a, b, d, plus] = [x!, w!, delta!, bias!].map(put)
    const [out, below] = [backend.alloc(delta![0]), put(x!)]
    backend.matmul(a!, b!, out, { wiring: wiring!, bias: plus! })
    backend.matmul(d!, b!, below, { wiring: wiring!, transposeB: true, accumulate: true })
    found.push([Float32Array.from(await backend.read(out)), Float32Array.from(await backend.read(below))])
    await backend.dispose()
  }
  const [wanted, one, two] = found
  expect(two).toEqual(one)
  for (const [i, values] of wanted!.entries()) {
    const largest = Math.max(...values.map(Math.abs))
    const worst = Math.max(...values.map((value, k) => Math.abs(value - one![i]![k]!)))
    expect(worst).toBeLessThan(2e-6 * largest)
    expect(worst).toBeGreaterThan(0)
  }
})
