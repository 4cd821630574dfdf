import { rangeError } from '../refusals.ts'
import { show } from '../show.ts'

/** What random numbers are drawn for. Each purpose has a stream of its own, so that one never shifts another. */
export const stream = {
  weights: 0,
  encoding: 1,
  shuffle: 2,
  feedback: 3,
  teacher: 4,
  augment: 5,
  noise: 6,
  topology: 7,
  dropout: 8,
} as const

/** The number of a purpose of `stream`. */
export type Stream = (typeof stream)[keyof typeof stream]

/** Returns `seed`; `HILLOCK_RANGE` unless it is an integer in [0, 2^32). */
export function checkSeed(seed: number): number {
  if (typeof seed !== 'number' || seed >>> 0 !== seed) {
    throw rangeError(`seed is ${show(seed)}`, 'A seed is an integer from 0 to 4294967295.')
  }
  return seed
}

/** Programs draw at the places below; those from here to 2^24 are `generator`'s. */
export const places = 0xfffff0

/**
 * The second key word: the stream in the low 8 bits, the place in the 24 above. Throws HILLOCK_RANGE if the stream or the place does not fit: no two
 * pairs share a word.
 */
export function keyWord(stream: Stream, place: number): number {
  const numbers = typeof stream === 'number' && typeof place === 'number'
  if (!numbers || (stream & 0xff) !== stream || (place & 0xffffff) !== place) {
    const hint = 'a stream is a whole number below 2^8, a place one below 2^24'
    throw rangeError(`random numbers of stream ${show(stream)} at place ${show(place)}`, hint)
  }
  return stream | (place << 8)
}
