import { expect, test } from '@jest/globals'
import { type Initializer, initialize } from '../src/initializers.ts'
import { generator, stream } from '../src/random/index.ts'

const [fanIn, fanOut] = [300, 60]
const count = fanIn * fanOut
const draw = (initializer: Initializer, seed = 3) =>
  initialize(initializer, { fanIn, fanOut }, count, generator(seed, stream.weights))

const mean = (values: Float32Array) => values.reduce((sum, value) => sum + value, 0) / values.length
const deviation = (values: Float32Array, middle: number) =>
  Math.sqrt(values.reduce((sum, value) => sum + (value - middle) ** 2, 0) / values.length)

const uniforms: [Initializer, number, number][] = [
  ['torchLinear', -1 / Math.sqrt(300), 1 / Math.sqrt(300)],
  ['xavierUniform', -Math.sqrt(6 / 360), Math.sqrt(6 / 360)],
  ['glorotUniform', -Math.sqrt(6 / 360), Math.sqrt(6 / 360)],
  ['kaimingUniform', -Math.sqrt(6 / 300), Math.sqrt(6 / 300)],
  ['heUniform', -Math.sqrt(6 / 300), Math.sqrt(6 / 300)],
  ['lecunUniform', -Math.sqrt(3 / 300), Math.sqrt(3 / 300)],
  [{ uniform: 0.25 }, -0.25, 0.25],
  [{ uniform: [1, 3] }, 1, 3],
]

test.each(uniforms)('%j fills its range evenly', (initializer, low, high) => {
  const values = draw(initializer)
  const width = high - low
  expect(Math.min(...values)).toBeGreaterThanOrEqual(Math.fround(low))
  expect(Math.max(...values)).toBeLessThanOrEqual(Math.fround(high))
  expect(Math.max(...values) - Math.min(...values)).toBeGreaterThan(0.99 * width)
  // Four standard errors of the mean; the deviation of a uniform distribution is its width over the root of 12.
  const expected = width / Math.sqrt(12)
  expect(Math.abs(mean(values) - (low + high) / 2)).toBeLessThan((4 * expected) / Math.sqrt(count))
  expect(Math.abs(deviation(values, (low + high) / 2) / expected - 1)).toBeLessThan(0.02)
})

const normals: [Initializer, number, number][] = [
  ['xavierNormal', 0, Math.sqrt(2 / 360)],
  ['glorotNormal', 0, Math.sqrt(2 / 360)],
  ['kaimingNormal', 0, Math.sqrt(2 / 300)],
  ['heNormal', 0, Math.sqrt(2 / 300)],
  ['lecunNormal', 0, Math.sqrt(1 / 300)],
  [{ normal: 0.5 }, 0, 0.5],
  [{ normal: [-2, 0.1] }, -2, 0.1],
]

test.each(normals)('%j has its mean and deviation', (initializer, middle, expected) => {
  const values = draw(initializer)
  expect(Math.abs(mean(values) - middle)).toBeLessThan((4 * expected) / Math.sqrt(count))
  expect(Math.abs(deviation(values, middle) / expected - 1)).toBeLessThan(0.025)
  const beyond = values.filter((value) => Math.abs(value - middle) > 2 * expected).length / count
  expect(beyond).toBeGreaterThan(0.035)
  expect(beyond).toBeLessThan(0.056)
})

test.each([
  ['rows', 20, 50],
  ['columns', 50, 20],
  ['both', 30, 30],
  ['one row', 1, 40],
])('orthogonal: %s are at right angles and of length 1', (_, rows, columns) => {
  const random = generator(3, stream.weights)
  const values = initialize('orthogonal', { fanIn: rows, fanOut: columns }, rows * columns, random)
  const at = (i: number, k: number) => values[rows <= columns ? i * columns + k : k * columns + i]!
  const [few, many] = [Math.min(rows, columns), Math.max(rows, columns)]
  for (let i = 0; i < few; i++) {
    for (let j = 0; j <= i; j++) {
      let product = 0
      for (let k = 0; k < many; k++) product += at(i, k) * at(j, k)
      expect(product).toBeCloseTo(i === j ? 1 : 0, 6)
    }
  }
  expect(Math.abs(mean(values))).toBeLessThan(4 / Math.sqrt(many * values.length))
})

test.each<[Initializer, number]>([
  ['zeros', 0],
  ['ones', 1],
  [{ constant: -0.5 }, -0.5],
])('%j is the same everywhere', (initializer, value) => {
  expect(draw(initializer)).toEqual(new Float32Array(count).fill(value))
})

test('another seed draws other weights', () => {
  expect(draw('torchLinear', 3)).toEqual(draw('torchLinear', 3))
  expect(draw('torchLinear', 3)).not.toEqual(draw('torchLinear', 4))
})

test.each(['toString', 'kaiming', { gaussian: 1 }])('refuses %j', (initializer) => {
  expect(() => draw(initializer as Initializer)).toThrow(expect.objectContaining({ code: 'HILLOCK_OPTION' }))
})
