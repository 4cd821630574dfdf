import { HillockError } from '../errors.ts'

/** What random numbers are drawn for. Each purpose has a stream of its own, so that one never shifts another. */
export const stream = {
  weights: 0,
  encoding: 1,
  shuffle: 2,
  feedback: 3,
  teacher: 4,
  augment: 5,
  noise: 6,
} as const

export type Stream = (typeof stream)[keyof typeof stream]

/** Returns `seed`; `HILLOCK_RANGE` unless it is an integer in [0, 2^32). */
export function checkSeed(seed: number): number {
  if (seed >>> 0 !== seed) {
    throw new HillockError('HILLOCK_RANGE', `seed is ${seed}`, { hint: 'A seed is an integer from 0 to 4294967295.' })
  }
  return seed
}

/**
 * The second key word: the stream in the low 8 bits, the place above. The places from 0xfffff0 upwards are `generator`'s.
 */
export function keyWord(stream: Stream, place: number): number {
  return stream | (place << 8)
}
