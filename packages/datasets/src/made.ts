import { aNumber, checkCount } from './dataset.ts'

/** How many examples are made, and from which seed. */
export interface MadeOptions {
  /** From 0 to 2^32 - 1. Default: 0. */
  readonly seed?: number
  /** How many examples to train on. */
  readonly train?: number
  /** Default: 0, and then there is no such part. */
  readonly validation?: number
  /** How many examples to test on. */
  readonly test?: number
}

/** Their ranges are checked by `madeParts`. */
export const madeOptions = { seed: aNumber, train: aNumber, validation: aNumber, test: aNumber }

/**
 * Where in the stream of augmentation, whose first ids are epochs, each set draws its examples: this id for training, the next two for
 * validation and for the test.
 */
export const drawsFrom = {
  glyphs: 0xfffffff0,
  yinYang: 0xffffffe0,
  randman: 0xffffffd0,
  patternGeneration: 0xffffffc0,
  storeRecall: 0xffffffb0,
  evidenceAccumulation: 0xffffffa0,
  gridWorld: 0xffffff90,
  tones: 0xffffff80,
  nGlyphs: 0xffffff70,
  movingGlyphs: 0xffffff60,
} as const

/** The parts of a generated set; `write` makes so many examples with an id of their own. Throws HILLOCK_RANGE if the seed or a count is out of range. */
export function madeParts<E>(
  from: number,
  { train, validation, test }: { readonly train: number; readonly validation: number; readonly test: number },
  write: (id: number, count: number) => E,
): { readonly train: E; readonly validation?: E; readonly test: E } {
  const limit = 1_000_000
  checkCount('train', train, 1, limit)
  checkCount('validation', validation, 0, limit)
  checkCount('test', test, 1, limit)
  return {
    train: write(from, train),
    ...(validation > 0 && { validation: write(from + 1, validation) }),
    test: write(from + 2, test),
  }
}
