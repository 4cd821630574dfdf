import { generator, HillockError, stream } from '@hillock/core'

/** Labelled examples, row by row: image i is `images[i * features .. (i + 1) * features]`. */
export interface Examples {
  /** [count, features], row-major, in [0, 1]. */
  images: Float32Array
  /** [count], each below `classes`. */
  labels: Uint8Array
  count: number
  features: number
  classes: number
}

/** Data to train on, to tune on and to test on. */
export interface Dataset {
  name: string
  /** Of one image: [rows, columns]; its product is `features`. */
  shape: readonly number[]
  classes: number
  train: Examples
  validation?: Examples
  test: Examples
  /** Where it came from: the folder that was read; absent when it was made on the spot. */
  source?: string
}

/** The examples at `indices`, in that order, copied. Throws HILLOCK_RANGE for an index that is not there. */
export function subset(examples: Examples, indices: ArrayLike<number>): Examples {
  const { features, classes } = examples
  const images = new Float32Array(indices.length * features)
  const labels = new Uint8Array(indices.length)
  for (let i = 0; i < indices.length; i++) {
    const from = checkCount('index', indices[i]!, 0, examples.count - 1)
    images.set(examples.images.subarray(from * features, (from + 1) * features), i * features)
    labels[i] = examples.labels[from]!
  }
  return { images, labels, count: indices.length, features, classes }
}

/** The first `count` examples, as views of the same memory. Throws HILLOCK_RANGE where there are not so many. */
export function take(examples: Examples, count: number): Examples {
  checkCount('count', count, 1, examples.count)
  const images = examples.images.subarray(0, count * examples.features)
  return { ...examples, images, labels: examples.labels.subarray(0, count), count }
}

/**
 * Two parts that share no example: `validation` ones drawn at random by the seed, and the others. Both keep the order
 * of the examples. Throws HILLOCK_RANGE unless both parts get at least one.
 */
export function split(
  examples: Examples,
  options: { validation: number; seed?: number },
): { train: Examples; validation: Examples } {
  const { validation, seed = 0 } = options
  checkCount('validation', validation, 1, examples.count - 1)
  // shuffles of epochs count from 0; the split takes the id that no epoch reaches
  const order = generator(seed, stream.shuffle, 2 ** 32 - 1).permutation(examples.count)
  return {
    train: subset(examples, order.subarray(validation).sort()),
    validation: subset(examples, order.subarray(0, validation).sort()),
  }
}

/** One line for people: `glyphs: 2000 train, 500 test, 28x28, 10 classes`. */
export function summary(dataset: Dataset): string {
  const parts = [`${dataset.train.count} train`]
  if (dataset.validation) parts.push(`${dataset.validation.count} validation`)
  parts.push(`${dataset.test.count} test`, dataset.shape.join('x'), `${dataset.classes} classes`)
  return `${dataset.name}: ${parts.join(', ')}${dataset.source === undefined ? '' : ` (${dataset.source})`}`
}

/** `value` where it is a whole number from `low` to `high`; otherwise HILLOCK_RANGE, by name. */
export function checkCount(name: string, value: number, low: number, high: number): number {
  if (Number.isInteger(value) && value >= low && value <= high) return value
  throw new HillockError('HILLOCK_RANGE', `${name} is ${value}`, {
    hint: high < low ? 'There are too few examples for that.' : `Give a whole number from ${low} to ${high}.`,
  })
}
