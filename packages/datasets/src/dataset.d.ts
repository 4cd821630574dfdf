import { type Dataset as AnyDataset, type Examples as AnyExamples } from '@hillock/core'
/** Examples with values in [0, 1], and labels in the smallest array that has room for all classes. */
export interface Examples extends AnyExamples {
  readonly labels: Uint8Array | Uint16Array | Int32Array
}
/** Data to train on, to tune on and to test on, and what is known of them. */
export interface Dataset extends AnyDataset {
  readonly name: string
  /** Of one image: [rows, columns]; its product is `features`. */
  readonly shape: readonly number[]
  readonly classes: number
  readonly train: Examples
  readonly validation?: Examples | undefined
  readonly test: Examples
  /** Where it came from: the folder that was read; absent when it was made on the spot. */
  readonly source?: string
}
/** The examples at `indices`, in that order, copied. Throws HILLOCK_RANGE for an index that is not there. */
export declare function subset<E extends AnyExamples>(examples: E, indices: ArrayLike<number>): E
/** `count` examples, from number `from` on, as views of the same memory. Throws HILLOCK_RANGE where there are not so many. */
export declare function take<E extends AnyExamples>(examples: E, count: number, from?: number): E
/**
 * Two parts that share no example: `validation` ones drawn at random by the seed, and the others. Both keep the order
 * of the examples. Throws HILLOCK_RANGE unless both parts get at least one.
 */
export declare function split<E extends AnyExamples>(
  examples: E,
  options: {
    validation: number
    seed?: number
  },
): {
  train: E
  validation: E
}
/** One line for people: `glyphs: 2000 train, 500 test, 28x28, 10 classes`. */
export declare function summary(dataset: Dataset): string
/** `value` where it is a whole number from `low` to `high`; otherwise HILLOCK_RANGE, by name. */
export declare function checkCount(name: string, value: number, low: number, high: number): number
