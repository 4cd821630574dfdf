import { mackeyGlass, smape } from '@hillock/datasets'
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

test('smape', () => {
  expect(smape([1, 2, 0], [1, 2, 0])).toBe(0)
  expect(smape([1, 3], [3, 1])).toBeCloseTo(100, 12)
  expect(smape([1, -1], [-1, 1])).toBe(200)
  expect(() => smape([1], [1, 2])).toThrow(expect.objectContaining({ code: 'HILLOCK_SHAPE' }))
})
