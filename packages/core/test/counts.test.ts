import { describe, expect, test } from '@jest/globals'
import { nearestWhole, wholeSteps } from '../src/counts.ts'
import { encode } from '../src/encoders/encode.ts'
import type { Encoder } from '../src/encoders/encoder.ts'
import { latency } from '../src/encoders/latency.ts'
import { regularRate } from '../src/encoders/regular-rate.ts'
import { meanSquaredError } from '../src/losses/mean-squared-error.ts'
import { stream } from '../src/random/index.ts'
import { reference } from '../src/reference/backend.ts'
import { oracle } from '../src/reference/oracle.ts'

/** All that fails of p / q * steps; what is right is worked out in whole numbers. */
function wrong(
  count: (p: number, q: number, steps: number) => number,
  right: (p: number, q: number, steps: number) => number,
) {
  const found: string[] = []
  let tried = 0
  for (const q of [2, 3, 7, 10, 100, 255, 1000]) {
    for (let p = 0; p <= q; p++) {
      for (let steps = 1; steps <= 300; steps++, tried++) {
        const [got, wanted] = [count(p, q, steps), right(p, q, steps)]
        if (got !== wanted) found.push(`${p} / ${q} * ${steps}: ${got}, not ${wanted}`)
      }
    }
  }
  expect(tried).toBeGreaterThan(400_000)
  return found
}

const down = (p: number, q: number, steps: number) => (p * steps - ((p * steps) % q)) / q
const nearest = (p: number, q: number, steps: number) => down(2 * p * steps + q, 2 * q, 1)

describe('a count is what a person works out', () => {
  test('rounded down', () => {
    expect(Math.floor(0.29 * 100)).toBe(28)
    expect(wrong((p, q, steps) => wholeSteps((p / q) * steps), down)).toEqual([])
  })

  test('rounded to the nearest', () => {
    expect(Math.round(1.005 * 100)).toBe(100)
    expect(nearestWhole(1.005 * 100)).toBe(101)
    expect(wrong((p, q, steps) => nearestWhole((p / q) * steps), nearest)).toEqual([])
  })

  test('of a rate in Hz, time steps in seconds and their number', () => {
    const found: string[] = []
    for (let rate = 1; rate <= 500; rate++) {
      for (const [dt, perSecond] of [
        [1e-3, 1000],
        [2e-3, 500],
        [5e-4, 2000],
        [0.01, 100],
      ] as const) {
        for (const steps of [10, 25, 100, 200, 255, 1000]) {
          const wanted = down(rate * steps, perSecond, 1)
          if (wholeSteps(rate * dt * steps) !== wanted) found.push(`${rate} * ${dt} * ${steps}`)
        }
      }
    }
    expect(found).toEqual([])
  })

  test('and not what merely comes near', () => {
    expect([28.9999999, 29 - 1e-9, -0.5, 1e15 + 0.5].map(wholeSteps)).toEqual([28, 28, -1, 1e15])
    expect([0.4999999, 0.5, -0.5, -0.6].map(nearestWhole)).toEqual([0, 1, 0, -1])
    expect([Number.NaN, Infinity].map(wholeSteps)).toEqual([Number.NaN, Infinity])
  })
})

test('the target of a squared error is a whole number of spikes, as a person works it out', () => {
  const found: string[] = []
  for (let rate = 0; rate <= 100; rate++) {
    for (const steps of [7, 10, 25, 50, 100, 250]) {
      const target = down(rate, 100, steps)
      // A loss of 0 at the target.
      const { loss } = meanSquaredError({ correct: rate / 100 }).evaluate([target, 0], [0], {
        steps,
        batch: 1,
        classes: 2,
      })
      if (loss !== 0) found.push(`${rate} / 100 * ${steps}`)
    }
  }
  expect(found).toEqual([])
})

describe.each([
  ['in f32', reference],
  ['in f64', oracle],
])('%s', (_, make) => {
  /** Spikes [steps, N] of these values. */
  const spikesOf = async (encoder: Encoder, values: readonly number[], steps: number) => {
    const backend = make()
    const input = backend.alloc([1, 1, values.length])
    backend.write(input, values)
    const random = { seed: 1, stream: stream.encoding, step: 0, place: 0 }
    return backend.read(encode(backend, encoder, input, { steps, random }))
  }

  test.each([
    [100, 10],
    [255, 10],
    [100, 100],
  ])(
    'regularRate has fired the rounded number of times after each step: values in 1/%d, rates in 1/%d',
    async (q, r) => {
      const found: string[] = []
      const values = Array.from({ length: q + 1 }, (_, p) => p / q)
      for (const chance of [1, 3, 7, r].map((part) => Math.min(part, r))) {
        const spikes = await spikesOf(regularRate({ probability: chance / r }), values, 500)
        values.forEach((_, p) => {
          let count = 0
          for (let t = 1; t <= 500; t++) {
            count += spikes[(t - 1) * values.length + p]!
            const wanted = nearest(p * chance, q * r, t)
            if (count !== wanted) found.push(`${p}/${q} * ${chance}/${r} * ${t}: ${count}, not ${wanted}`)
          }
        })
      }
      expect(found).toEqual([])
    },
  )

  test.each([100, 255])('latency rounds its delays to the nearest step: values in 1/%d', async (q) => {
    const found: string[] = []
    const values = Array.from({ length: q }, (_, i) => (i + 1) / q)
    for (let steps = 2; steps <= 120; steps++) {
      const spikes = await spikesOf(latency({ threshold: 1e-3 }), values, steps)
      values.forEach((_, i) => {
        const wanted = nearest(q - i - 1, q, steps - 1)
        if (spikes[wanted * q + i] !== 1) found.push(`${i + 1}/${q} of ${steps}`)
      })
    }
    expect(found).toEqual([])
  })
})
