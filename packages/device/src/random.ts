import type { Builder } from './build.ts'
import { and, R, real, select, toReal, toSigned, U, whole } from './expressions.ts'
import type { Expression, Real, Whole } from './ir.ts'

/** The parts of a random key, as arguments of the kernel, so that one kernel serves every step. */
export interface Key {
  readonly seed: Whole
  readonly stream: Whole
  readonly step: Whole
  readonly place: Whole
  readonly from: Whole
  readonly sample: Whole
}

type Four<T> = [T, T, T, T]

/** Philox-4x32-10, as core has it: four words of a counter under a key. */
function philox(b: Builder, counter: Four<Whole>, key0: Whole, key1: Whole): Four<Whole> {
  let [x0, x1, x2, x3] = counter
  let [k0, k1] = [key0, key1]
  for (let round = 0; round < 10; round++) {
    const [high0, low0] = [b.let(U.mulHigh(x0, 0xd2511f53)), b.let(U.mul(x0, 0xd2511f53))]
    const [high1, low1] = [b.let(U.mulHigh(x2, 0xcd9e8d57)), b.let(U.mul(x2, 0xcd9e8d57))]
    ;[x0, x1, x2, x3] = [b.let(U.xor(U.xor(high1, x1), k0)), low1, b.let(U.xor(U.xor(high0, x3), k1)), low0]
    k0 = b.let(U.add(k0, 0x9e3779b9))
    k1 = b.let(U.add(k1, 0xbb67ae85))
  }
  return [x0, x1, x2, x3]
}

const pick = (words: Four<Whole>, i: Whole): Whole =>
  select(U.lt(i, 2), select(U.eq(i, 0), words[0], words[1]), select(U.eq(i, 2), words[2], words[3]))

/** The random numbers of the neuron `index` of a row of the batch; core's `uniform` and `bernoulliBlock` say which they are. */
export function randomNumbers(b: Builder, key: Key, index: Whole, row: Whole) {
  const sample = b.let(U.add(key.sample, row))
  const keyWord = (place: string) => b.let(U.or(key.stream, U.shiftLeft(U.add(key.place, Number(place)), 8)))
  const draw = (k1: Whole, t: Whole, part: Whole) =>
    philox(b, [index, sample, key.step, U.or(U.shiftLeft(U.shiftRight(t, 4), 2), part)], key.seed, k1)
  /** Sets the bits of `mask` whose tie is broken by a half-word of `part` below `low`. */
  const breakTies = (mask: Whole, ties: Whole, low: Whole, k1: Whole, t: Whole, part: 1 | 2) =>
    b.if(and(U.ne(low, 0), U.ne(U.and(ties, part === 1 ? 0xff : 0xff00), 0)), () => {
      const halves = draw(k1, t, whole(part))
      for (let i = 0; i < 8; i++) {
        const half = U.and(U.shiftRight(halves[i >> 1]!, (i & 1) * 16), 0xffff)
        const bit = 1 << (i + (part - 1) * 8)
        b.set(mask, U.or(mask, select(U.lt(half, low), U.and(ties, bit), whole(0))))
      }
    })
  return {
    /** `uniform()` at a place of the text, at time t as the key counts it. */
    uniform(place: string, t: Whole): Real {
      const k1 = keyWord(place)
      const at = b.let(U.and(t, 15))
      const tops = draw(k1, t, whole(0))
      const top = U.and(U.shiftRight(pick(tops, U.shiftRight(at, 2)), U.shiftLeft(U.and(at, 3), 3)), 255)
      const halves = draw(k1, t, select(U.lt(at, 8), whole(1), whole(2)))
      const j = b.let(U.and(at, 7))
      const low = U.and(U.shiftRight(pick(halves, U.shiftRight(j, 1)), U.shiftLeft(U.and(j, 1), 4)), 0xffff)
      return b.let(R.mul(toReal(U.or(U.shiftLeft(top, 16), low)), 2 ** -24))
    },
    /** Sets the variable `mask` to the spikes `uniform() < p` of the 16 steps of the block that t lies in. */
    block(place: string, t: Whole, p: Expression<'f32'>, mask: Whole): void {
      const k1 = keyWord(place)
      const some = () => {
        // the least whole number not below p * 2^24
        const limit = b.let(toSigned(R.neg(R.floor(R.neg(R.mul(p, 2 ** 24))))))
        const [top, low] = [b.let(U.shiftRight(limit, 16)), b.let(U.and(limit, 0xffff))]
        const tops = draw(k1, t, whole(0))
        const ties = b.variable(whole(0))
        for (let i = 0; i < 16; i++) {
          const byte = b.let(U.and(U.shiftRight(tops[i >> 2]!, (i & 3) * 8), 255))
          b.set(mask, U.or(mask, select(U.lt(byte, top), whole(1 << i), whole(0))))
          b.set(ties, U.or(ties, select(U.eq(byte, top), whole(1 << i), whole(0))))
        }
        breakTies(mask, ties, low, k1, t, 1)
        breakTies(mask, ties, low, k1, t, 2)
      }
      b.set(mask, whole(0))
      b.if(
        R.ge(p, real(1)),
        () => b.set(mask, whole(0xffff)),
        () => b.if(R.gt(p, real(0)), some),
      )
    },
  }
}

export type RandomNumbers = ReturnType<typeof randomNumbers>
