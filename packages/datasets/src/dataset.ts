import { type Dataset as AnyDataset, type Examples as AnyExamples, HillockError } from '@hillock/core'
import { type Check, checkOptions, checkValue, is } from '@hillock/core/options'
import { generator, stream } from '@hillock/core/random'
import type { EventDataset } from './events/event-dataset.ts'
import type { EventSource } from './events/event-source.ts'

/** Examples with values in [0, 1], and labels in the smallest array that has room for all classes. */
export interface Examples extends AnyExamples {
  /** The class of each example. */
  readonly labels: Uint8Array | Uint16Array | Int32Array
}

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

const made = is.made('examples, such as data.train', 'images', 'labels', 'count', 'features')
const isExamples: Check = (value) => {
  const { images, labels } = Object(value) as Record<string, unknown>
  return made(value) ?? areNumbers(images) ?? areNumbers(labels)
}
const areNumbers: Check = (value) =>
  Array.isArray(value) || ArrayBuffer.isView(value) ? undefined : 'give images and labels as lists of numbers'

const isEvents = (examples: unknown): examples is EventSource =>
  typeof examples === 'object' && examples !== null && 'recording' in examples && 'subset' in examples

/** The examples at `indices`, in that order, copied; of recordings only their numbers. Throws HILLOCK_RANGE for an index that is not there. */
export function subset<E extends AnyExamples | EventSource>(examples: E, indices: ArrayLike<number>): E {
  checkValue('subset', 'indices', indices, areNumbers)
  for (const index of Array.from(indices)) checkValue('subset', 'an index', index, aNumber)
  return isEvents(examples) ? (examples.subset(indices) as E) : copied(examples as E & AnyExamples, indices)
}

function copied<E extends AnyExamples>(examples: E, indices: ArrayLike<number>): E {
  checkValue('subset', 'examples', examples, isExamples)
  const { features } = examples
  const images = new Float32Array(indices.length * features)
  const labels = like(examples.labels, indices.length)
  for (let i = 0; i < indices.length; i++) {
    const from = checkCount('index', indices[i]!, 0, examples.count - 1)
    images.set(examples.images.subarray(from * features, (from + 1) * features), i * features)
    labels[i] = examples.labels[from]!
  }
  return { ...examples, images, labels, count: indices.length }
}

/** `count` examples, from number `from` on, as views of the same memory. Throws HILLOCK_RANGE if there are fewer. */
export function take<E extends AnyExamples | EventSource>(examples: E, count: number, from = 0): E {
  if (!isEvents(examples)) checkValue('take', 'examples', examples, isExamples)
  checkValue('take', 'count', count, aNumber)
  checkValue('take', 'from', from, aNumber)
  checkCount('from', from, 0, examples.count - 1)
  checkCount('count', count, 1, examples.count - from)
  if (isEvents(examples)) {
    if (count === examples.count) return examples
    return examples.subset(Uint32Array.from({ length: count }, (_, i) => from + i)) as E & EventSource
  }
  const { features, labels } = examples
  const images = examples.images.subarray(from * features, (from + count) * features)
  return { ...examples, images, labels: partOf(labels, from, from + count), count }
}

/**
 * Two parts that share no example: `validation` ones drawn at random by the seed, and the others. Both keep the order
 * of the examples. Throws HILLOCK_RANGE unless both parts get at least one.
 */
export function split<E extends AnyExamples | EventSource>(
  examples: E,
  options: { validation: number; seed?: number },
): { train: E; validation: E } {
  if (!isEvents(examples)) checkValue('split', 'examples', examples, isExamples)
  checkOptions('split', options, { validation: aNumber, seed: aNumber }, ['validation'])
  const { validation, seed = 0 } = options
  checkCount('validation', validation, 1, examples.count - 1)
  // shuffles of epochs count from 0; the split takes the id that no epoch reaches
  const order = generator(seed, stream.shuffle, 2 ** 32 - 1).permutation(examples.count)
  return {
    train: subset(examples, order.subarray(validation).sort()),
    validation: subset(examples, order.subarray(0, validation).sort()),
  }
}

const isDataset = is.made('a data set, such as glyphs()', 'name', 'shape', 'classes', 'train', 'test')

/** One line for people: `glyphs: 2000 train, 500 test, 28x28, 10 classes`. */
export function summary(dataset: Dataset | EventDataset): string {
  checkValue('summary', 'dataset', dataset, isDataset)
  const parts = [`${dataset.train.count} train`]
  if (dataset.validation) parts.push(`${dataset.validation.count} validation`)
  parts.push(`${dataset.test.count} test`, dataset.shape.join('x'), `${dataset.classes} classes`)
  return `${dataset.name}: ${parts.join(', ')}${dataset.source === undefined ? '' : ` (${dataset.source})`}`
}

/** Of any size: `checkCount` looks at that. */
export const aNumber: Check = (value) => (typeof value === 'number' ? undefined : 'give a number')

/** `value` where it is a whole number from `low` to `high`; otherwise HILLOCK_RANGE, by name. */
export function checkCount(name: string, value: number, low: number, high: number): number {
  if (Number.isInteger(value) && value >= low && value <= high) return value
  throw new HillockError('HILLOCK_RANGE', `${name} is ${value}`, {
    hint: high < low ? 'There are too few examples for that.' : `Give a whole number from ${low} to ${high}.`,
  })
}

/** An empty array of the kind of `labels`, whatever that holds: whether labels are right is for the session to see. */
function like(labels: ArrayLike<number>, count: number): number[] {
  const kind = ArrayBuffer.isView(labels) ? (labels.constructor as ArrayConstructor) : Array
  return new kind(count)
}

const partOf = (labels: ArrayLike<number>, from: number, to: number): ArrayLike<number> =>
  ArrayBuffer.isView(labels) ? (labels as Uint8Array).subarray(from, to) : Array.prototype.slice.call(labels, from, to)
