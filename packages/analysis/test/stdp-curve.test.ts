import type { HillockError } from '@hillock/core'
import { describe, expect, test } from '@jest/globals'
import { type StdpCurve, stdpCurve } from '../src/index.ts'

const one = { steps: 7, batch: 1, inputs: 1, size: 1 }
const means = ({ lags }: StdpCurve) => lags.filter(({ pairs }) => pairs > 0).map(({ lag, mean }) => [lag, mean])

describe('stdpCurve', () => {
  test('a presynaptic spike counts with what it adds to the change of the weight, at its lag to each postsynaptic spike', () => {
    const delta = [-1, 2, -3, 4, -5, 6, -7]
    expect(means(stdpCurve([0, 0, 1, 0, 0, 0, 0], [0, 0, 0, 1, 0, 0, 0], delta, one, 2))).toEqual([[1, 3]])
    expect(means(stdpCurve([0, 0, 0, 1, 0, 0, 0], [0, 1, 0, 0, 1, 0, 1], delta, one, 3))).toEqual([
      [-2, -4],
      [1, -4],
      [3, -4],
    ])
  })

  test('averages pairs of the same lag, and leaves out those beyond the window', () => {
    const curve = stdpCurve([0, 0, 1, 1, 0, 0, 0], [1, 0, 0, 1, 1, 0, 1], [0, 0, -1, -5, 0, 0, 0], one, 2)
    expect(means(curve)).toEqual([
      [-2, 1],
      [0, 5],
      [1, 3],
      [2, 1],
    ])
    expect(curve.lags.map(({ pairs }) => pairs)).toEqual([1, 0, 1, 2, 1])
  })

  test('leaves out presynaptic spikes near the ends, so that a change over the trial alone gives a flat curve', () => {
    const always = new Array(7).fill(1)
    const curve = stdpCurve(always, always, [-7, -6, -5, -4, -3, -2, -1], one, 2)
    expect(means(curve)).toEqual([-2, -1, 0, 1, 2].map((lag) => [lag, 4]))
    expect(curve.level).toMatchObject({ mean: 4, pairs: 3 })
  })

  test('the same step is causal; the level takes presynaptic spikes whatever follows', () => {
    const curve = stdpCurve([0, 0, 1, 1, 1, 0, 0], [0, 0, 0, 1, 0, 0, 0], [0, 0, -1, -2, -6, 0, 0], one, 2)
    expect([curve.causal, curve.antiCausal, curve.level]).toMatchObject([
      { mean: 1.5, pairs: 2 },
      { mean: 6, pairs: 1 },
      { mean: 3, pairs: 3 },
    ])
  })

  test('counts every synapse, graded spikes by their value', () => {
    const shape = { steps: 3, batch: 1, inputs: 3, size: 2 }
    // neuron 0 fires in step 2, neuron 1 in step 1; inputs 0 and 2 fire in step 1, the latter with half
    const curve = stdpCurve([0, 0, 0, 1, 0, 0.5, 0, 0, 0], [0, 0, 0, 1, 1, 0], [0, 0, -4, 8, 0, 0], shape, 1)
    expect(means(curve)).toEqual([
      [0, -6],
      [1, 3],
    ])
    expect(curve.lags.map(({ pairs }) => pairs)).toEqual([0, 2, 2])
  })

  test('takes the neurons of the samples that are selected', () => {
    const shape = { steps: 1, batch: 2, inputs: 1, size: 2 }
    const curve = (wanted: number) =>
      stdpCurve([1, 1], [1, 1, 1, 1], [-1, -2, -3, -4], shape, 0, (b, j) => 2 * b + j === wanted).lags[0]!.mean
    expect([0, 1, 2, 3].map(curve)).toEqual([1, 2, 3, 4])
  })

  test('the band is that of a ratio of sums over samples', () => {
    const shape = { steps: 1, batch: 4, inputs: 1, size: 1 }
    const { mean, low, high } = stdpCurve([1, 1, 1, 1], [1, 1, 1, 1], [-1, -2, -3, -6], shape, 0).lags[0]!
    // where each sample has one pair it is the mean of the samples: deviation sqrt(14 / 3), error half of it
    expect(mean).toBe(3)
    expect(high - mean).toBeCloseTo((1.96 * Math.sqrt(14 / 3)) / 2, 12)
    expect(mean - low).toBeCloseTo(high - mean, 12)
    // a sample with twice the pairs weighs twice
    const uneven = stdpCurve([1, 1, 1, 0], [1, 1], [-3, -6], { ...shape, batch: 2, inputs: 2 }, 0)
    expect(uneven.lags[0]).toMatchObject({ mean: 4, pairs: 3 })
  })

  test('has no mean without pairs, and no band with one sample', () => {
    const { lags } = stdpCurve([0, 1, 0], [0, 1, 0], [0, -1, 0], { ...one, steps: 3 }, 1)
    expect(lags[0]).toMatchObject({ mean: Number.NaN, pairs: 0 })
    expect(lags[1]).toMatchObject({ mean: 1, low: Number.NaN, pairs: 1 })
  })

  test('refuses arrays of another length, and a window that is none', () => {
    const code = (thrown: () => unknown) => {
      try {
        return thrown()
      } catch (error) {
        return (error as HillockError).code
      }
    }
    expect(code(() => stdpCurve([1], new Array(7).fill(0), new Array(7).fill(0), one, 1))).toBe('HILLOCK_SHAPE')
    for (const window of [-1, 0.5, 1]) {
      expect(code(() => stdpCurve([1, 1], [1, 1], [1, 1], { ...one, steps: 2 }, window))).toBe('HILLOCK_OPTION')
    }
  })
})
