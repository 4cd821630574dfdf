import { createHash } from 'node:crypto'
import { generator, stream } from '@hillock/core/random'
import { type Examples, glyph, glyphs } from '@hillock/datasets'
import { describe, expect, test } from '@jest/globals'
import { softmaxAccuracy } from './softmax.ts'

const digest = (examples: Examples) => {
  const bytes = Uint8Array.from(examples.images, (value) => Math.round(value * 255))
  return createHash('sha256').update(bytes).update(examples.labels).digest('hex').slice(0, 16)
}

describe('glyphs', () => {
  const data = glyphs()

  test('has the shape and counts of the contract, values k/255', () => {
    expect(data).toMatchObject({ name: 'glyphs', shape: [28, 28], classes: 10 })
    expect(data.train).toMatchObject({ count: 2000, features: 784, classes: 10 })
    expect(data.test).toMatchObject({ count: 500, features: 784, classes: 10 })
    expect(data.train.images).toHaveLength(2000 * 784)
    expect(data.train.images.every((v) => v >= 0 && v <= 1 && Math.fround(Math.round(v * 255) / 255) === v)).toBe(true)
    expect(data).not.toHaveProperty('validation')
  })

  test('holds each digit equally often', () => {
    const counts = new Array<number>(10).fill(0)
    for (const label of data.train.labels) counts[label]! += 1
    expect(counts).toEqual(new Array(10).fill(200))
  })

  test('is the same for the same seed, another for another, and the sets share no image', () => {
    const small = { train: 50, validation: 50, test: 50 }
    const one = glyphs({ ...small, seed: 3 })
    expect(digest(glyphs({ ...small, seed: 3 }).train)).toBe(digest(one.train))
    expect(digest(glyphs({ ...small, seed: 4 }).train)).not.toBe(digest(one.train))
    const parts = [one.train, one.validation!, one.test]
    const images = parts.flatMap((part) =>
      Array.from({ length: 50 }, (_, i) => part.images.subarray(i * 784, (i + 1) * 784).join()),
    )
    expect(new Set(images).size).toBe(150)
  })

  test('a larger set begins with the smaller one', () => {
    const few = glyphs({ train: 25 }).train
    expect(few.labels).toEqual(data.train.labels.slice(0, 25))
    expect(few.images).toEqual(data.train.images.slice(0, 25 * 784))
  })

  test('refuses counts and digits that make no sense', () => {
    const range = expect.objectContaining({ code: 'HILLOCK_RANGE' })
    for (const bad of [{ train: 0 }, { train: 1.5 }, { test: -1 }, { validation: -1 }, { train: Number.NaN }]) {
      expect(() => glyphs(bad)).toThrow(range)
    }
    expect(() => glyph(10, generator(0, stream.augment))).toThrow(range)
    for (const bad of [{ noise: -1 }, { noise: 2 }, { noise: Number.NaN }, { distortion: -1 }]) {
      expect(() => glyph(1, generator(0, stream.augment), bad)).toThrow(range)
    }
  })

  test('without distortion and noise every hand writes the same digit, and no two digits are alike', () => {
    const still = (digit: number, seed: number) =>
      glyph(digit, generator(seed, stream.augment), { distortion: 0, noise: 0 }).join()
    expect(still(5, 0)).toBe(still(5, 1))
    expect(new Set(Array.from({ length: 10 }, (_, digit) => still(digit, 0))).size).toBe(10)
  })

  test('a linear model learns much of it and not all', () => {
    const accuracy = softmaxAccuracy(data.train, data.test)
    expect(accuracy).toBeGreaterThan(0.7)
    expect(accuracy).toBeLessThan(0.95)
  })
})
