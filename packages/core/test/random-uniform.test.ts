import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { bernoulliBlock, philox4x32, type Stream, stream, uniform, uniformBits } from '../src/random/index.ts'

const word = fc.integer({ min: 0, max: 0xffffffff })
const place = fc.integer({ min: 0, max: 0xffffef })
const where = fc.record({ seed: word, place, step: word, sample: word, index: word })

type Where = { seed: number; place: number; step: number; sample: number; index: number }

function bitsAt(w: Where, t: number): number {
  return uniformBits(w.seed, stream.encoding, w.place, w.step, w.sample, w.index, t)
}

function spikesAt(w: Where, block: number, p: number): number {
  return bernoulliBlock(w.seed, stream.encoding, w.place, w.step, w.sample, w.index, block, p)
}

/** `uniform() < p`, one time step after the other. */
function stepByStep(w: Where, block: number, p: number): number {
  let spikes = 0
  for (let i = 0; i < 16; i++) {
    const u = uniform(w.seed, stream.encoding, w.place, w.step, w.sample, w.index, block * 16 + i)
    if (u < p) spikes |= 1 << i
  }
  return spikes
}

/** Throws `HILLOCK_RANGE`. */
function expectRefused(act: () => unknown): void {
  expect(act).toThrow(expect.objectContaining({ code: 'HILLOCK_RANGE' }))
}

describe('uniformBits', () => {
  test('takes its bytes and half-words from where the definition says', () => {
    fc.assert(
      fc.property(where, word, (w, t) => {
        const part = (n: number) => {
          const out = new Uint32Array(4)
          const block = Math.floor(t / 16) * 4 + n
          philox4x32(w.index, w.sample, w.step, block, w.seed, stream.encoding + w.place * 256, out)
          const bytes = new DataView(new ArrayBuffer(16))
          for (const [i, word] of out.entries()) bytes.setUint32(4 * i, word, true)
          return bytes
        }
        const at = t % 16
        const bytes = part(0)
        const halves = part(at < 8 ? 1 : 2)
        const top = bytes.getUint8(at)
        const low = halves.getUint16((at % 8) * 2, true)
        expect(bitsAt(w, t)).toBe(top * 65536 + low)
      }),
    )
  })

  test('never changes: values of another implementation', () => {
    const w = { seed: 42, place: 3, step: 7, sample: 5, index: 300 }
    expect([0, 7, 8, 15, 16, 1000].map((t) => bitsAt(w, t))).toEqual([
      3171124, 9107742, 3827215, 5392162, 12746895, 6281590,
    ])
  })

  test('every argument matters', () => {
    const draw = (s: Stream, ...rest: [number, number, number, number, number]) =>
      Array.from({ length: 8 }, (_, t) => uniformBits(rest[0], s, rest[1], rest[2], rest[3], rest[4], t)).join()
    const drawn = [
      ...Object.values(stream).map((s) => draw(s, 1, 0, 0, 0, 0)),
      draw(0, 2, 0, 0, 0, 0),
      draw(0, 1, 1, 0, 0, 0),
      draw(0, 1, 0, 1, 0, 0),
      draw(0, 1, 0, 0, 1, 0),
      draw(0, 1, 0, 0, 0, 1),
    ]
    expect(new Set(drawn).size).toBe(drawn.length)
  })

  test('top bytes are evenly spread, and so are the low ones', () => {
    const counts = { top: new Float64Array(256), middle: new Float64Array(256), low: new Float64Array(256) }
    const draws = 65536
    for (let n = 0; n < draws; n++) {
      const bits = uniformBits(1, stream.encoding, 0, 0, n & 63, n >>> 10, (n >>> 6) & 15)
      counts.top[bits >>> 16]! += 1
      counts.middle[(bits >>> 8) & 255]! += 1
      counts.low[bits & 255]! += 1
    }
    for (const count of Object.values(counts)) {
      const expected = draws / 256
      const chi = count.reduce((sum, n) => sum + (n - expected) ** 2 / expected, 0)
      // 255 degrees of freedom: mean 255, standard deviation 22.6; four of them either side
      expect(Math.abs(chi - 255)).toBeLessThan(90)
    }
  })
})

describe('uniform', () => {
  test('is the 24 bits as a fraction, exact in f32 and below 1', () => {
    fc.assert(
      fc.property(where, word, (w, t) => {
        const u = uniform(w.seed, stream.encoding, w.place, w.step, w.sample, w.index, t)
        expect(u * 2 ** 24).toBe(bitsAt(w, t))
        expect(Math.fround(u)).toBe(u)
        expect(u >= 0 && u < 1).toBe(true)
      }),
    )
  })
})

describe('bernoulliBlock', () => {
  const block = fc.integer({ min: 0, max: 2 ** 28 - 1 })

  test('equals uniform() < p at each of its 16 steps', () => {
    const p = fc.float({ min: 0, max: 1, noNaN: true })
    fc.assert(
      fc.property(where, block, p, (w, b, p) => {
        expect(spikesAt(w, b, p)).toBe(stepByStep(w, b, p))
      }),
      { numRuns: 2000 },
    )
  })

  test('decides ties exactly: p at, just below and just above a drawn value', () => {
    fc.assert(
      fc.property(where, block, fc.nat(15), (w, b, i) => {
        const bits = bitsAt(w, b * 16 + i)
        for (const near of [bits - 1, bits, bits + 1, bits - 0.5, bits + 0.5]) {
          const p = near * 2 ** -24
          expect(spikesAt(w, b, p)).toBe(stepByStep(w, b, p))
        }
        expect((spikesAt(w, b, bits * 2 ** -24) >>> i) & 1).toBe(0)
        expect((spikesAt(w, b, (bits + 1) * 2 ** -24) >>> i) & 1).toBe(1)
      }),
      { numRuns: 500 },
    )
  })

  test.each([
    [0, 0],
    [-0.5, 0],
    [Number.NEGATIVE_INFINITY, 0],
    [Number.NaN, 0],
    [1, 0xffff],
    [1.5, 0xffff],
    [Number.POSITIVE_INFINITY, 0xffff],
    [1 - 2 ** -53, 0xffff],
  ])('p = %p gives %p', (p, expected) => {
    expect(spikesAt({ seed: 1, place: 0, step: 0, sample: 0, index: 0 }, 0, p)).toBe(expected)
  })

  test('spikes at rate p', () => {
    let spikes = 0
    for (let index = 0; index < 10000; index++) {
      let mask = spikesAt({ seed: 9, place: 0, step: 0, sample: 0, index }, 0, 0.1)
      for (; mask !== 0; mask &= mask - 1) spikes += 1
    }
    // 160000 draws: standard deviation 0.00075
    expect(Math.abs(spikes / 160000 - 0.1)).toBeLessThan(0.003)
  })
})

test.each([-1, 0.5, 2 ** 32, Number.NaN, Number.POSITIVE_INFINITY])('seed %p is refused', (seed) => {
  expectRefused(() => uniformBits(seed, stream.encoding, 0, 0, 0, 0, 0))
  expectRefused(() => uniform(seed, stream.encoding, 0, 0, 0, 0, 0))
  expectRefused(() => bernoulliBlock(seed, stream.encoding, 0, 0, 0, 0, 0, 0.5))
})
