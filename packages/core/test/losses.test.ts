import { readFileSync } from 'node:fs'
import { describe, expect, test } from '@jest/globals'
import { negativeLogLikelihood } from '../src/entries/losses.ts'
import { generator, stream } from '../src/entries/random.ts'
import { crossEntropy, firingRate, type Loss, meanSquaredError } from '../src/index.ts'

const golden = <T>(name: string): T =>
  JSON.parse(readFileSync(new URL(`../../testkit/golden/${name}.json`, import.meta.url), 'utf8')) as T

const sumOverTime = (values: readonly number[], size: number): number[] =>
  values.reduce<number[]>((sums, value, i) => {
    sums[i % size]! += value
    return sums
  }, new Array(size).fill(0))

/** What a loss makes of values [T, B, C], whichever part of them it asks for; its signal spread over all steps. */
function evaluate(loss: Loss, values: readonly number[], labels: readonly number[], classes: number) {
  const size = labels.length * classes
  const shape = { steps: values.length / size, batch: labels.length, classes }
  const given = loss.over === 'sum' ? sumOverTime(values, size) : values
  const evaluated = loss.evaluate(given, labels, shape)
  const signal = values.map((_, i) => evaluated.signal[i % evaluated.signal.length]!)
  return { ...evaluated, signal }
}

const largestDifference = (one: ArrayLike<number>, other: ArrayLike<number>): number =>
  Math.max(...Array.from(one, (value, i) => Math.abs(value - other[i]!)))

describe('as snnTorch', () => {
  const { inputs, expected } = golden<{
    inputs: { spk: number[][][]; mem: number[][][]; target: number[] }
    expected: Record<string, number | number[]>
  }>('snntorch_losses')

  // snnTorch adds up the steps of two of them in f32: 12 roundings of at most 2^-24.
  const f32 = 12 * 2 ** -24
  test.each<[string, Loss, number]>([
    ['ce_count_loss', crossEntropy(), 1e-14],
    ['ce_rate_loss', crossEntropy({ reduce: 'each' }), f32],
    ['ce_max_membrane_loss', crossEntropy({ on: 'v', reduce: 'max' }), 1e-14],
    ['mse_count_loss_default', meanSquaredError(), 1e-14],
    ['mse_count_loss_.8_.2', meanSquaredError({ correct: 0.8, incorrect: 0.2 }), 1e-14],
    ['mse_membrane_loss_10_0', meanSquaredError({ on: 'v', correct: 1, incorrect: 0 }), f32],
  ])('%s', (name, loss, tolerance) => {
    const values = (loss.reads === 'spike' ? inputs.spk : inputs.mem).flat(2)
    const { loss: value, signal } = evaluate(loss, values, inputs.target, 4)
    const gradient = (expected[`${name}_grad`] as unknown as number[][][]).flat(2)
    const difference = Math.abs(value - [expected[name]!].flat()[0]!)
    expect(difference).toBeLessThan(tolerance)
    expect(largestDifference(signal, gradient)).toBeLessThan(tolerance)
  })

  // It takes a silent output to fire in the last step, and rounds to f16.
  test('ce_temporal_loss, of outputs that all fire', () => {
    const spikes = inputs.spk.flat(2)
    const { loss, scores } = evaluate(crossEntropy({ reduce: 'first' }), spikes, inputs.target, 4)
    const first = (i: number) => spikes.findIndex((spike, at) => spike === 1 && at % 24 === i)
    expect([...scores]).toEqual(Array.from(scores, (_, i) => 12 - Math.floor(first(i) / 24)))
    expect(Math.abs(loss - (expected.ce_temporal_loss as number))).toBeLessThan(2 ** -11)
  })

  test('the prediction with the largest score is as accurate', () => {
    const { scores } = evaluate(crossEntropy(), inputs.spk.flat(2), inputs.target, 4)
    const right = inputs.target.filter((label, b) => {
      const row = [...scores.slice(4 * b, 4 * b + 4)]
      return row.indexOf(Math.max(...row)) === label
    })
    expect(right.length / 6).toBe(expected.accuracy_rate)
  })
})

test('counts of the Keras notebook: its clipping to [1e-7, 1 - 1e-7] does not show', () => {
  const { inputs, expected } = golden<{
    inputs: { target: number[] }
    expected: { counts: number[][]; loss: number; probs: number[][] }
  }>('seed002_keras_lif')
  const { loss } = crossEntropy().evaluate(expected.counts.flat(), inputs.target, { steps: 12, batch: 3, classes: 4 })
  expect(Math.abs(loss - expected.loss)).toBeLessThan(1e-12)
})

describe('the signal is the derivative, by finite differences', () => {
  const [steps, labels, classes] = [5, [2, 0, 1], 3]
  const { normal } = generator(3, stream.weights)
  const values = Array.from({ length: steps * labels.length * classes }, normal)

  test.each<[string, Loss]>([
    ['cross-entropy of the sum', crossEntropy()],
    ['cross-entropy of the mean', crossEntropy({ on: 'v' })],
    ['cross-entropy of the maximum', crossEntropy({ on: 'v', reduce: 'max' })],
    ['cross-entropy of the last step', crossEntropy({ on: 'v', reduce: 'last' })],
    ['cross-entropy of the first spike', crossEntropy({ reduce: 'first' })],
    ['cross-entropy of each step', crossEntropy({ on: 'v', reduce: 'each' })],
    ['negative log-likelihood', negativeLogLikelihood()],
    ['squares of the sum', meanSquaredError({ correct: 0.8, incorrect: 0.3 })],
    ['squares of each step', meanSquaredError({ on: 'v', correct: 2, incorrect: -1 })],
  ])('%s', (_, loss) => {
    const { signal } = evaluate(loss, values, labels, classes)
    const h = 1e-5
    const differences = values.map((value, i) => {
      const [above, below] = [value + h, value - h].map((x) => evaluate(loss, values.with(i, x), labels, classes).loss)
      return (above! - below!) / (2 * h)
    })
    expect(Math.max(...signal.map(Math.abs))).toBeGreaterThan(1e-3)
    expect(largestDifference(signal, differences)).toBeLessThan(1e-9)
  })
})

describe('crossEntropy', () => {
  const one = { steps: 1, batch: 1, classes: 2 }

  test('is stable for logits of any size', () => {
    const { loss, signal } = crossEntropy().evaluate([1e5, -1e5], [1], one)
    expect(loss).toBe(2e5)
    expect([...signal]).toEqual([1, -1])
    expect(crossEntropy().evaluate([-800, -800], [0], one).loss).toBeCloseTo(Math.LN2, 12)
  })

  test('gives the derivative of a first spike to it, and to the steps that could have had it', () => {
    const loss = crossEntropy({ reduce: 'first' })
    // One output fires at steps 2 and 5 of 7, the other never.
    const values = [0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 1, 0, 0, 0]
    const { signal, scores } = loss.evaluate(values, [1], { ...one, steps: 7 })
    expect([...scores]).toEqual([5, 0])
    const unit = signal[0]! / 2
    expect(Array.from(signal, (value) => Math.round(value / unit))).toEqual([
      2, -7, 1, -6, 3, -5, 0, -4, 0, -3, 0, -2, 0, -1,
    ])
    expect(() => crossEntropy({ on: 'v', reduce: 'first' })).toThrow(/no first spike/)
  })

  test('gives the derivative of a maximum to the first step that reaches it', () => {
    const values = [0, 1, 2, 1, 2, 0]
    const { signal } = crossEntropy({ on: 'v', reduce: 'max' }).evaluate(values, [0], { ...one, steps: 3 })
    expect([...signal].map(Math.sign)).toEqual([0, 1, -1, 0, 0, 0])
  })

  test.each([[-1], [2], [0.5], [Number.NaN]])('refuses the label %p, saying where', (label) => {
    expect(() => crossEntropy().evaluate([1, 2, 3, 4], [0, label], { ...one, batch: 2 })).toThrow(
      expect.objectContaining({ code: 'HILLOCK_LABEL', message: expect.stringContaining(`label 1 of 2 is ${label}`) }),
    )
  })

  test('refuses another number of values', () => {
    expect(() => crossEntropy().evaluate([1, 2, 3, 4], [0], one)).toThrow(
      expect.objectContaining({ code: 'HILLOCK_SHAPE' }),
    )
  })
})

describe('firingRate', () => {
  const rates = [0, 0.05, 0.11, 0.15, 0.19, 0.9]
  const measured = { steps: 10, size: 4 }
  const regularize = firingRate({ low: 0.1, high: 0.2, strength: 3 })

  test('costs nothing between the bounds', () => {
    const { signal } = regularize.evaluate(rates, measured)
    expect([...signal].map(Math.sign)).toEqual([-1, -1, 0, 0, 0, 1])
    expect(regularize.evaluate([0.1, 0.2], measured).penalty).toBe(0)
  })

  test('its signal is the derivative by one spike, by finite differences', () => {
    const { signal } = regularize.evaluate(rates, measured)
    const h = 1e-5
    rates.forEach((rate, n) => {
      const perSpike = h / (measured.steps * measured.size)
      const [above, below] = [rate + perSpike, rate - perSpike].map(
        (x) => regularize.evaluate(rates.with(n, x), measured).penalty,
      )
      expect(Math.abs(signal[n]! - (above! - below!) / (2 * h))).toBeLessThan(1e-9)
    })
  })

  test('refuses bounds the wrong way round', () => {
    expect(() => firingRate({ low: 0.3, high: 0.2 })).toThrow(expect.objectContaining({ code: 'HILLOCK_OPTION' }))
  })
})
