import type { Region } from './device.ts'

/** Hands out stretches of a heap, first fit by place; neighbours that are free grow together again. */
export interface Allocator {
  /** The place of so many free words, a multiple of 64; undefined when there is no such stretch. */
  take(words: number): number | undefined
  give(at: number, words: number): void
  /** Adds words that the heap has grown by. */
  extend(region: Region): void
  /** Words handed out. */
  readonly used: number
  /** Words there are. */
  readonly size: number
}

/** Stretches begin and end at multiples of 64 words, 256 bytes, which the fastest loads of every device ask for. */
const grain = 64
const rounded = (words: number): number => Math.max(grain, Math.ceil(words / grain) * grain)

export function createAllocator(): Allocator {
  let used = 0
  let size = 0
  /** Free stretches by place. */
  const free: { at: number; words: number }[] = []
  const join = (i: number): void => {
    const [piece, next] = [free[i], free[i + 1]]
    if (piece === undefined || next === undefined || piece.at + piece.words !== next.at) return
    piece.words += next.words
    free.splice(i + 1, 1)
  }
  const insert = (at: number, words: number): void => {
    const found = free.findIndex((piece) => piece.at > at)
    const i = found < 0 ? free.length : found
    free.splice(i, 0, { at, words })
    join(i)
    join(i - 1)
  }
  return {
    get used() {
      return used
    },
    get size() {
      return size
    },
    take(wanted) {
      const words = rounded(wanted)
      const i = free.findIndex((piece) => piece.words >= words)
      const piece = free[i]
      if (piece === undefined) return undefined
      const { at } = piece
      piece.at += words
      piece.words -= words
      if (piece.words === 0) free.splice(i, 1)
      used += words
      return at
    },
    give(at, given) {
      used -= rounded(given)
      insert(at, rounded(given))
    },
    extend({ at, words }) {
      const whole = Math.floor(words / grain) * grain
      size += whole
      if (whole > 0) insert(at, whole)
    },
  }
}
