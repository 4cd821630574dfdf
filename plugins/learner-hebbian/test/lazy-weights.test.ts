import { generator, stream } from '@hillock/core/random'
import { expect, test } from '@jest/globals'
import { lazyWeights, multipliedOut, plainFactors } from '../src/lazy-weights.ts'

const [inputs, units] = [9, 5]

/** The same changes, made at once. */
function eager(w: Float64Array) {
  const column = (unit: number, change: (value: number) => number) => {
    for (let at = unit; at < w.length; at += units) w[at] = change(w[at]!)
  }
  return {
    add: (unit: number, index: Int32Array, amount: number) => {
      for (const i of index) w[i * units + unit] = w[i * units + unit]! + amount
    },
    scale: (unit: number, factor: number) => column(unit, (value) => factor * value),
    scaleAll: (factor: number) => w.set(w.map((value) => factor * value)),
    normalize: (unit: number, epsilon: number) => {
      const length = Math.sqrt(w.reduce((sum, value, at) => sum + (at % units === unit ? value * value : 0), 0))
      column(unit, (value) => value / (length + epsilon))
    },
  }
}

test('the same as if every change were made at once, factors down to 0 among them', () => {
  const random = generator(1, stream.noise)
  const start = Float64Array.from({ length: inputs * units }, () => random.normal())
  const expected = start.slice()
  const factors = plainFactors(start, units)
  const [lazy, direct] = [lazyWeights(factors, units), eager(expected)]
  for (let i = 0; i < 2000; i++) {
    const unit = random.integer(units)
    const index = random.permutation(inputs).slice(0, random.integer(inputs + 1))
    const list = Int32Array.from(index)
    const active = { index: list, from: 0, to: list.length }
    const [amount, factor] = [random.normal(), random.integer(20) === 0 ? 0 : random.uniform()]
    lazy.add(unit, active, amount)
    direct.add(unit, list, amount)
    lazy.scale(unit, factor)
    direct.scale(unit, factor)
    lazy.scaleAll(0.98)
    direct.scaleAll(0.98)
    if (i % 7 === 0) {
      lazy.normalize(unit, 1e-6)
      direct.normalize(unit, 1e-6)
    }
    const out = new Float32Array(units)
    lazy.gather(active, out, 1, 4)
    for (let j = 0; j < units; j++) {
      const sum = list.reduce((total, k) => total + expected[k * units + j]!, 0)
      expect(out[j]).toBeCloseTo(j >= 1 && j < 4 ? sum : 0, 5)
    }
  }
  multipliedOut(factors, units).forEach((value, at) => {
    expect(value).toBeCloseTo(expected[at]!, 9)
  })
})

test('clips what is multiplied out', () => {
  const factors = plainFactors(Float32Array.of(0.5, -2, 3, 0), 2)
  const weights = lazyWeights(factors, 2)
  weights.scaleAll(2)
  expect(weights.at(1, 0)).toBe(6)
  expect(Array.from(multipliedOut(factors, 2, 1))).toEqual([1, -1, 1, 0])
})
