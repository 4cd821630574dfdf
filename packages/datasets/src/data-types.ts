import type { Dataset as AnyDataset, Examples as AnyExamples } from '@hillock/core'

/** Training, validation and test examples, and facts about them. */
export interface Dataset extends AnyDataset {
  /** Name of the data set. */
  readonly name: string
  /** Of one image: [rows, columns]; its product is `features`. */
  readonly shape: readonly number[]
  /** Number of classes. */
  readonly classes: number
  /** Examples to train on. */
  readonly train: Examples
  /** Examples to choose settings by. */
  readonly validation?: Examples | undefined
  /** Examples to test on. */
  readonly test: Examples
  /** Where it came from: the folder that was read; absent if the data was generated. */
  readonly source?: string
}

/** Examples with values in [0, 1], and labels in the smallest array that has room for all classes. */
export interface Examples extends AnyExamples {
  /** The class of each example. */
  readonly labels: Uint8Array | Uint16Array | Int32Array
}
