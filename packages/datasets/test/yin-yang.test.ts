import { type Examples, yinYang } from '@hillock/datasets'
import { describe, expect, test } from '@jest/globals'
import { softmaxAccuracy } from './softmax.ts'

const pointsOf = ({ images, labels }: Examples, label: number) =>
  Array.from(labels.keys())
    .filter((i) => labels[i] === label)
    .map((i) => [images[4 * i]!, images[4 * i + 1]!] as const)

describe('yin and yang', () => {
  const data = yinYang()

  test('is 5000 points to train on and 1000 to test on, each with its mirror image', () => {
    expect(data).toMatchObject({ name: 'yin-yang', shape: [4], classes: 3 })
    expect(data.train).toMatchObject({ count: 5000, features: 4, classes: 3 })
    expect(data.test).toMatchObject({ count: 1000, features: 4, classes: 3 })
    expect(data).not.toHaveProperty('validation')
    const { images } = data.train
    for (let i = 0; i < images.length; i += 4) {
      const [x, y] = [images[i]!, images[i + 1]!]
      expect(Math.hypot(x - 0.5, y - 0.5)).toBeLessThanOrEqual(0.5 + 1e-6)
      expect(images[i + 2]).toBeCloseTo(1 - x, 6)
      expect(images[i + 3]).toBeCloseTo(1 - y, 6)
    }
  })

  test('has three classes of equal chance: two halves that are each other turned, and dots', () => {
    const counts = [0, 1, 2].map((label) => pointsOf(data.train, label).length)
    // 4 standard deviations of a share of 1/3
    for (const count of counts) expect(Math.abs(count - 5000 / 3)).toBeLessThan(4 * Math.sqrt(5000 * (2 / 9)))
    for (const [x, y] of pointsOf(data.train, 2)) {
      const near = Math.min(Math.hypot(x - 0.25, y - 0.5), Math.hypot(x - 0.75, y - 0.5))
      expect(near).toBeLessThan(0.1 + 1e-6)
    }
    const mean = (label: number) => {
      const points = pointsOf(data.train, label)
      return [0, 1].map((axis) => points.reduce((sum, point) => sum + point[axis as 0 | 1], 0) / points.length)
    }
    const [[x0, y0], [x1, y1]] = [mean(0), mean(1)] as [[number, number], [number, number]]
    expect(x0 + x1).toBeCloseTo(1, 1)
    expect(y0 + y1).toBeCloseTo(1, 1)
    expect(y1 - y0).toBeGreaterThan(0.2)
    // a line through the middle leaves the heads on the wrong side
    const wrong = pointsOf(data.train, 1).filter(([, y]) => y < 0.5).length / counts[1]!
    expect(wrong).toBeGreaterThan(0.15)
  })

  test('follows from the seed, and a larger set begins with a smaller one', () => {
    const [few, again] = [yinYang({ train: 20, test: 20 }), yinYang({ train: 9, test: 9, validation: 9 })]
    expect(again.train.images).toEqual(few.train.images.subarray(0, 36))
    expect(again.validation!.images).not.toEqual(again.train.images)
    expect(again.test.images).not.toEqual(again.train.images)
    expect(yinYang({ train: 9, test: 9, seed: 1 }).train.images).not.toEqual(again.train.images)
  })

  test('is not separable by lines', () => {
    const accuracy = softmaxAccuracy(data.train, data.test)
    expect(accuracy).toBeGreaterThan(0.5)
    expect(accuracy).toBeLessThan(0.72)
  })

  test.each([{ train: 0 }, { test: 1.5 }, { validation: -1 }, { seed: -1 }])('refuses %j', (options) => {
    expect(() => yinYang({ train: 2, test: 2, ...options })).toThrow(expect.objectContaining({ code: 'HILLOCK_RANGE' }))
  })
})
