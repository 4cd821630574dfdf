import { type Examples as AnyExamples, HillockError, type Targeted } from '@hillock/core'
import { type Check, checkOptions, checkValue, is } from '@hillock/core/options'
import { generator, stream } from '@hillock/core/random'
import type { Dataset } from './data-types.ts'
import type { EventDataset, EventSource } from './events/event-source.ts'
import type { Task } from './sequences.ts'

const made = is.made('examples, such as data.train', 'images', 'count', 'features')
const isExamples: Check = (value) => {
  const wanted = ['labels', 'targets'].some((name) => name in Object(value))
  const lists = () => listsOf(value as Plain).map(({ list }) => areNumbers(list))
  return made(wanted ? value : undefined) ?? lists().find(Boolean)
}
const areNumbers: Check = (value) =>
  Array.isArray(value) || ArrayBuffer.isView(value) ? undefined : 'give images and labels as lists of numbers'

const isEvents = (examples: unknown): examples is EventSource =>
  typeof examples === 'object' && examples !== null && 'recording' in examples && 'subset' in examples

/** Examples in memory. */
type Plain = AnyExamples | Targeted

/** What examples have: lists of `width` numbers for each of them. */
function listsOf(examples: Plain) {
  const { images, features, count, ...wanted } = examples as AnyExamples & Targeted
  const { labels, targets, mask } = wanted
  const widthOf = (list: ArrayLike<number>) => Math.floor(list?.length / count)
  return [
    { name: 'images', list: images, width: features },
    ...('labels' in wanted ? [{ name: 'labels', list: labels, width: 1 }] : []),
    ...('targets' in wanted ? [{ name: 'targets', list: targets, width: widthOf(targets) }] : []),
    ...(mask === undefined ? [] : [{ name: 'mask', list: mask, width: widthOf(mask) }]),
  ]
}

/** The same examples with other lists. */
function withLists<E extends Plain>(
  examples: E,
  count: number,
  of: (list: ArrayLike<number>, width: number) => ArrayLike<number>,
): E {
  const lists = listsOf(examples).map(({ name, list, width }) => [name, of(list, width)])
  return { ...examples, ...Object.fromEntries(lists), count }
}

/** The examples at `indices`, in that order, copied; of recordings only their numbers. Throws HILLOCK_RANGE if an index does not exist. */
export function subset<E extends AnyExamples | Targeted | EventSource>(examples: E, indices: ArrayLike<number>): E {
  checkValue('subset', 'indices', indices, areNumbers)
  for (const index of Array.from(indices)) checkValue('subset', 'an index', index, aNumber)
  return isEvents(examples) ? (examples.subset(indices) as E) : copied(examples as E & Plain, indices)
}

function copied<E extends Plain>(examples: E, indices: ArrayLike<number>): E {
  checkValue('subset', 'examples', examples, isExamples)
  const rows = Array.from(indices, (index) => checkCount('index', index, 0, examples.count - 1))
  return withLists(examples, rows.length, (list, width) => {
    const copy = like(list, rows.length * width)
    for (const [i, row] of rows.entries()) for (let k = 0; k < width; k++) copy[i * width + k] = list[row * width + k]!
    return copy
  })
}

/** `count` examples, from number `from` on, as views of the same memory. Throws HILLOCK_RANGE if there are fewer. */
export function take<E extends AnyExamples | Targeted | EventSource>(examples: E, count: number, from = 0): E {
  if (!isEvents(examples)) checkValue('take', 'examples', examples, isExamples)
  checkValue('take', 'count', count, aNumber)
  checkValue('take', 'from', from, aNumber)
  checkCount('from', from, 0, examples.count - 1)
  checkCount('count', count, 1, examples.count - from)
  if (isEvents(examples)) {
    if (count === examples.count) return examples
    return examples.subset(Uint32Array.from({ length: count }, (_, i) => from + i)) as E & EventSource
  }
  return withLists(examples as E & Plain, count, (list, width) => partOf(list, from * width, (from + count) * width))
}

/**
 * Two parts that share no example: `validation` ones drawn at random by the seed, and the others. Both keep the order
 * of the examples. Throws HILLOCK_RANGE unless both parts get at least one.
 */
export function split<E extends AnyExamples | Targeted | EventSource>(
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

const isDataset = is.made('a data set, such as glyphs()', 'name', 'shape', 'train', 'test')

/** One line for people: `glyphs: 2000 train, 500 test, 28x28, 10 classes`. */
export function summary(dataset: Dataset | EventDataset | Task): string {
  checkValue('summary', 'dataset', dataset, isDataset)
  const parts = [`${dataset.train.count} train`]
  if (dataset.validation) parts.push(`${dataset.validation.count} validation`)
  parts.push(`${dataset.test.count} test`, dataset.shape.join('x'))
  parts.push('classes' in dataset ? `${dataset.classes} classes` : `${dataset.outputs} outputs`)
  const { source } = dataset as Partial<Dataset>
  return `${dataset.name}: ${parts.join(', ')}${source === undefined ? '' : ` (${source})`}`
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

/** An empty array of the kind of a list, whatever that holds: whether it is right is for the session to see. */
function like(list: ArrayLike<number>, count: number): number[] {
  const kind = ArrayBuffer.isView(list) ? (list.constructor as ArrayConstructor) : Array
  return new kind(count)
}

const partOf = (list: ArrayLike<number>, from: number, to: number): ArrayLike<number> =>
  ArrayBuffer.isView(list) ? (list as Uint8Array).subarray(from, to) : Array.prototype.slice.call(list, from, to)
