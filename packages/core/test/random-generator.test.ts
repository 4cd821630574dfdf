import { describe, expect, test } from '@jest/globals'
import { type Generator, generator, stream } from '../src/random/index.ts'

/** Throws `HILLOCK_RANGE`. */
function expectRefused(act: () => unknown): void {
  expect(act).toThrow(expect.objectContaining({ code: 'HILLOCK_RANGE' }))
}

function draws<T>(count: number, draw: () => T): T[] {
  return Array.from({ length: count }, draw)
}

/** Every kind of draw, in a mixed order. */
function mixed(random: Generator): number[] {
  return [
    random.uint32(),
    random.normal(),
    random.uniform(),
    random.integer(10),
    random.normal(),
    ...random.permutation(5),
    random.uint32(),
  ]
}

describe('generator', () => {
  test('never changes: values of another implementation', () => {
    const random = generator(42, stream.weights, 1)
    expect(draws(5, random.uint32)).toEqual([1416942189, 3223300427, 2653553632, 88222668, 2721137690])
    expect([random.uniform(), random.integer(1000)]).toEqual([0.24033663357875257, 739])
    expect([...random.permutation(8)]).toEqual([0, 7, 2, 3, 6, 4, 5, 1])
    expect(random.position).toBe(14)
    expect(random.normal()).toBeCloseTo(-0.4356782069525653, 14)
  })

  test('seek resumes exactly, from any draw on and in the middle of a pair of normals', () => {
    for (let before = 0; before < 9; before++) {
      const random = generator(3, stream.shuffle, 1, 2)
      draws(before, random.normal)
      const { position } = random
      expect(position).toBe(before)
      const expected = mixed(random)
      const resumed = generator(3, stream.shuffle, 1, 2)
      resumed.seek(position)
      expect(mixed(resumed)).toEqual(expected)
      expect(resumed.position).toBe(random.position)
      random.seek(position)
      expect(mixed(random)).toEqual(expected)
    }
  })

  test('goes on beyond 2^34 draws, where a block number leaves 32 bits', () => {
    const random = generator(3, stream.shuffle)
    const first = draws(4, random.uint32)
    random.seek(2 ** 34)
    expect(random.position).toBe(2 ** 34)
    expect(draws(4, random.uint32)).not.toEqual(first)
  })

  test('seeds, streams and ids tell sequences apart', () => {
    const sequences = [
      ...Object.values(stream).map((s) => generator(1, s)),
      generator(2, stream.weights),
      generator(1, stream.weights, 1),
      generator(1, stream.weights, 0, 1),
      generator(1, stream.weights, 1, 1),
    ].map((random) => draws(4, random.uint32).join())
    expect(new Set(sequences).size).toBe(sequences.length)
  })

  test('streams are not correlated', () => {
    const count = 20000
    const sources = Object.values(stream).map((s) => draws(count, generator(5, s).normal))
    for (const [i, a] of sources.entries()) {
      for (const b of sources.slice(i + 1)) {
        const correlation = a.reduce((sum, x, n) => sum + x * b[n]!, 0) / count
        // standard deviation 0.0071
        expect(Math.abs(correlation)).toBeLessThan(0.03)
      }
    }
  })

  test('bytes of uint32 are evenly spread', () => {
    const random = generator(11, stream.weights)
    const counts = new Float64Array(1024)
    for (let n = 0; n < 65536; n++) {
      const x = random.uint32()
      for (let byte = 0; byte < 4; byte++) counts[byte * 256 + ((x >>> (8 * byte)) & 255)]! += 1
    }
    for (let byte = 0; byte < 4; byte++) {
      const chi = counts.subarray(byte * 256, byte * 256 + 256).reduce((sum, n) => sum + (n - 256) ** 2 / 256, 0)
      // 255 degrees of freedom: mean 255, standard deviation 22.6; four of them either side
      expect(Math.abs(chi - 255)).toBeLessThan(90)
    }
  })

  test('uniform fills [0, 1) down to its 53rd bit', () => {
    const random = generator(1, stream.augment)
    const values = draws(50000, random.uniform)
    expect(values.every((u) => u >= 0 && u < 1)).toBe(true)
    expect(values.some((u) => (u * 2 ** 53) % 2 === 1)).toBe(true)
    // standard deviation of the mean 0.0013
    expect(Math.abs(values.reduce((a, b) => a + b) / values.length - 0.5)).toBeLessThan(0.006)
  })

  test('normal has the moments of the normal distribution, and its pairs are not correlated', () => {
    const random = generator(1, stream.weights)
    const values = draws(100000, random.normal)
    const mean = (f: (x: number, i: number) => number) => values.reduce((sum, x, i) => sum + f(x, i), 0) / values.length
    // four to five standard deviations: 0.0032, 0.0045, 0.0077, 0.031, 0.0032
    expect(Math.abs(mean((x) => x))).toBeLessThan(0.015)
    expect(Math.abs(mean((x) => x ** 2) - 1)).toBeLessThan(0.02)
    expect(Math.abs(mean((x) => x ** 3))).toBeLessThan(0.06)
    expect(Math.abs(mean((x) => x ** 4) - 3)).toBeLessThan(0.15)
    expect(Math.abs(mean((x, i) => x * (values[i + 1] ?? 0)))).toBeLessThan(0.015)
  })

  test('kinds of draw do not share bits', () => {
    const count = 20000
    const mix = generator(8, stream.weights)
    const pairs = draws(count, () => [mix.uniform() - 0.5, mix.normal()] as const)
    const correlation = pairs.reduce((sum, [u, z]) => sum + u * z ** 2, 0) / count
    expect(Math.abs(correlation)).toBeLessThan(0.02)
    const words = generator(8, stream.weights)
    const doubles = generator(8, stream.weights)
    expect(words.uint32() >>> 5).not.toBe(Math.floor(doubles.uniform() * 2 ** 27))
  })
})

describe('integer', () => {
  test('is evenly spread', () => {
    const random = generator(1, stream.shuffle)
    const counts = new Float64Array(7)
    for (let i = 0; i < 70000; i++) counts[random.integer(7)]! += 1
    const chi = counts.reduce((sum, n) => sum + (n - 10000) ** 2 / 10000, 0)
    // 6 degrees of freedom: one seed in a thousand above 22.5
    expect(chi).toBeLessThan(22.5)
  })

  test('is unbiased where 2^32 is no multiple of n: rejects, and counts what it rejects', () => {
    const n = 3 * 2 ** 30
    const random = generator(1, stream.shuffle)
    const values = draws(10000, () => random.integer(n))
    // without rejection half of all values would lie in the lowest third
    expect(Math.abs(values.filter((x) => x < 2 ** 30).length / 10000 - 1 / 3)).toBeLessThan(0.025)
    expect(Math.abs(random.position / 10000 - 4 / 3)).toBeLessThan(0.025)
  })

  test('takes n from 1 to 2^32', () => {
    const random = generator(1, stream.shuffle)
    expect(random.integer(1)).toBe(0)
    expect(random.integer(2 ** 32)).toBe(draws(2, generator(1, stream.shuffle).uint32)[1])
  })
})

describe('permutation', () => {
  test.each([0, 1, 2, 1000])('of %p is a permutation', (n) => {
    const order = generator(1, stream.shuffle).permutation(n)
    expect([...order].sort((a, b) => a - b)).toEqual(Array.from({ length: n }, (_, i) => i))
  })

  test('gives each order of three equally often', () => {
    const random = generator(1, stream.shuffle)
    const counts = new Map<string, number>()
    for (let i = 0; i < 12000; i++) {
      const order = random.permutation(3).join()
      counts.set(order, (counts.get(order) ?? 0) + 1)
    }
    expect(counts.size).toBe(6)
    const chi = [...counts.values()].reduce((sum, n) => sum + (n - 2000) ** 2 / 2000, 0)
    // 5 degrees of freedom: one seed in a thousand above 20.5
    expect(chi).toBeLessThan(20.5)
  })
})

describe('what is out of range is refused', () => {
  const random = generator(0, stream.weights)
  test.each([-1, 0.5, 2 ** 32, Number.NaN])('seed and ids %p', (value) => {
    expectRefused(() => generator(value, stream.weights))
    expectRefused(() => generator(0, stream.weights, value))
    expectRefused(() => generator(0, stream.weights, 0, value))
  })
  test.each([0, -1, 1.5, 2 ** 32 + 1, Number.NaN])('integer(%p)', (n) => {
    expectRefused(() => random.integer(n))
  })
  test.each([-1, 1.5, 2 ** 32, Number.NaN])('permutation(%p)', (n) => {
    expectRefused(() => random.permutation(n))
  })
  test.each([-1, 1.5, 2 ** 53, Number.NaN])('seek(%p)', (position) => {
    expectRefused(() => random.seek(position))
  })
})
