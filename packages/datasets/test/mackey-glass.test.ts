import { mackeyGlass, mackeyGlassSpans, smape } from '@hillock/datasets'
import { describe, expect, test } from '@jest/globals'

describe('the series of Mackey and Glass', () => {
  const data = mackeyGlass()

  test('is a part to learn from and one to predict, each value with the next one for its target', () => {
    expect(data).toMatchObject({ name: 'mackey-glass', points: 75 })
    const { train, test: asked, values } = data
    expect([train.features, asked.features, values.length]).toEqual([750, 750, 1501])
    expect(train.targets.subarray(0, 749)).toEqual(train.images.subarray(1))
    expect(asked.images[0]).toBe(train.targets[749])
    expect(asked.targets[749]).toBe(values[1500])
  })

  test('follows the equation', () => {
    // an Euler method with tiny steps, from the constant past
    const [h, tau, past] = [0.0005, 17, 0.7206597]
    const lag = tau / h
    const y = [past]
    const times = 20
    const last = Math.round((tau + times * (197 / 75)) / h)
    for (let i = 0; i < last; i++) {
      const before = i < lag ? past : y[i - lag]!
      y.push(y[i]! + h * ((0.2 * before) / (1 + before ** 10) - 0.1 * y[i]!))
    }
    for (let k = 0; k < times; k++) expect(data.values[k]).toBeCloseTo(y[Math.round((tau + k * (197 / 75)) / h)]!, 3)
  })

  test('moves up and down for good, within its bounds', () => {
    const { values } = data
    expect(Math.min(...values)).toBeGreaterThan(0.2)
    expect(Math.max(...values)).toBeLessThan(1.4)
    let turns = 0
    for (let k = 1; k < 1500; k++) if ((values[k]! - values[k - 1]!) * (values[k + 1]! - values[k]!) < 0) turns++
    expect(turns).toBeGreaterThan(60)
    const later = values.subarray(1000)
    expect(Math.max(...later) - Math.min(...later)).toBeGreaterThan(0.6)
  })

  test('begins later where it is told to, and differs by the delay', () => {
    const later = mackeyGlass({ start: 0.4, train: 1, test: 1 })
    expect(later.values).toEqual(data.values.subarray(30, 30 + 151))
    expect(mackeyGlass({ tau: 30, train: 1, test: 1 }).values[20]).not.toBeCloseTo(data.values[20]!, 2)
    expect(() => mackeyGlass({ tau: 16 })).toThrow(expect.objectContaining({ code: 'HILLOCK_OPTION' }))
  })
})

describe('spans of it', () => {
  const { series, mean, deviation, change, ...task } = mackeyGlassSpans({
    train: 4,
    test: 2,
    steps: 50,
    stride: 20,
    warmUp: 5,
  })

  test('overlap, and an input and its target give the next point', () => {
    expect(task).toMatchObject({ shape: [50, 1], steps: 50, inputs: 1, outputs: 1 })
    for (const [part, of] of [
      [task.train, series.train],
      [task.test, series.test],
    ] as const) {
      expect(part.count).toBe(Math.floor((of.features - 50) / 20) + 1)
      for (let i = 0; i < part.count * 50; i++) {
        const t = Math.floor(i / 50) * 20 + (i % 50)
        const point = part.images[i]! * deviation + mean
        expect(point).toBeCloseTo(of.images[t]!, 5)
        expect(point + part.targets[i]! * change).toBeCloseTo(of.targets[t]!, 5)
        expect(part.mask![i]).toBe(i % 50 < 5 ? 0 : 1)
      }
    }
  })

  test('are standardized by the part to learn from', () => {
    const { train } = mackeyGlassSpans({ train: 4, steps: 1, stride: 1, warmUp: 0 })
    for (const values of [train.images, train.targets]) {
      const average = values.reduce((sum, value) => sum + value, 0) / values.length
      expect(Math.sqrt(values.reduce((sum, value) => sum + value * value, 0) / values.length)).toBeCloseTo(1, 1)
      expect(average).toBeCloseTo(0, 1)
    }
  })

  test('are no longer than the parts of the series', () => {
    const wrong = expect.objectContaining({ code: 'HILLOCK_OPTION' })
    expect(() => mackeyGlassSpans({ steps: 751 })).toThrow(wrong)
    expect(() => mackeyGlassSpans({ train: 1, steps: 76 })).toThrow(wrong)
    expect(() => mackeyGlassSpans({ steps: 20, warmUp: 20 })).toThrow(wrong)
    expect(() => mackeyGlassSpans({ stride: 0 })).toThrow(wrong)
  })
})

test('smape', () => {
  expect(smape([1, 2, 0], [1, 2, 0])).toBe(0)
  expect(smape([1, 3], [3, 1])).toBeCloseTo(100, 12)
  expect(smape([1, -1], [-1, 1])).toBe(200)
  expect(() => smape([1], [1, 2])).toThrow(expect.objectContaining({ code: 'HILLOCK_SHAPE' }))
})
