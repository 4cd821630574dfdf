import type { Events } from '../backend.ts'
import { checkRange, type Encoder } from '../encoders/encoder.ts'
import { exampleSize, inputsOf } from '../encoders/rows.ts'
import { HillockError } from '../errors.ts'
import type { Network } from '../network/layer.ts'
import { checkValue, is } from '../options.ts'
import { optionError, shapeError } from '../refusals.ts'
import { show } from '../show.ts'

/** Inputs as a plain array: image i is `images[i * features .. (i + 1) * features]`. */
export interface Images {
  /** [count, features], row-major, in the range that the encoder takes (usually 0 to 1). */
  readonly images: Float32Array
  /** Number of examples. */
  readonly count: number
  /** Values of an example. */
  readonly features: number
}

/** Images and their classes. */
export interface Examples extends Images {
  /** [count], whole numbers from 0 to `classes - 1`, in an array of any kind. */
  readonly labels: ArrayLike<number>
  /** Number of classes. */
  readonly classes: number
}

/** Images, or recordings, and what each output should give for them. */
export interface Targeted extends Images {
  /** [count, outputs], the same at every step, or [count, steps, outputs]: finite numbers, row-major, in an array of any kind. */
  readonly targets: ArrayLike<number>
  /** [count, steps]: 1 at each step that counts, 0 at the others, for example where a recording is padded. Default: all steps count. */
  readonly mask?: ArrayLike<number> | undefined
}

/** Of some examples: values [B, features], or spikes as lists, row t * B + b for step t of the b-th of them. */
export type Read = Float32Array | Events

/**
 * Examples that are read when they are needed: each batch while the one before it is computed. At most two batches are in memory. Orders and
 * random numbers are those of the same examples in memory. An encoder of `rows`, such as `spikes()`, takes lists.
 */
export interface ExampleSource extends Omit<Examples, 'images'> {
  /** What is read and how, in a few words: training resumes within an epoch only with the same. */
  readonly id: string
  /** Reads examples by their numbers. The same epoch always gives the same. Without an epoch they are for evaluation, and nothing is changed at random. */
  read(rows: ArrayLike<number>, epoch?: number): Read | Promise<Read>
}

/** What a session trains on and tests with. */
export interface Dataset<E extends Images | ExampleSource = Examples> {
  /** Examples that weights are changed by. */
  readonly train: E
  /** Examples that each epoch is evaluated on, to choose settings by. */
  readonly validation?: E | undefined
  /** Examples that nothing is chosen by; see `TrainOptions.test`. */
  readonly test?: E | undefined
}

/** What examples are shown to. */
interface Shown {
  readonly network: Network
  readonly encoder: Encoder
  readonly steps: number
}

const parts = ['train', 'validation', 'test']

/**
 * The parts of a data set that are there. Throws HILLOCK_OPTION if there is no training set, or if examples go by another name than
 * 'train', 'validation' or 'test', since they would not be used.
 */
export function partsOf<E extends Images | ExampleSource>(data: Dataset<E>): readonly E[] {
  const hint = 'give { train, validation, test }; only train is required'
  if (!isObject(data) || !isObject(data.train)) {
    const found = isObject(data) ? `the data have no 'train'` : `the data are ${show(data)}`
    throw optionError(found, isImages(data) ? 'write { train: examples }' : hint)
  }
  const stranger = Object.entries(data).find(([name, part]) => !parts.includes(name) && isImages(part))
  if (stranger !== undefined) {
    throw optionError(`the data have examples called '${stranger[0]}'`, hint)
  }
  return [data.train, data.validation, data.test].filter((part) => part !== undefined)
}

/**
 * Checks that images fit a network and its encoder. Throws HILLOCK_SHAPE if there are none or their lengths do not agree, HILLOCK_OPTION
 * if they are no `Float32Array`, HILLOCK_RANGE if a value cannot be encoded.
 */
export function checkImages(given: Images, { network, encoder, steps }: Shown): void {
  const { images, count, features } = isImages(given) ? given : noImages(given)
  if (!isFloats(images)) noFloats(images)
  checkCounts({ count, features }, { network, encoder, steps })
  if (images.length !== count * features) {
    const found = `${count} examples with ${images.length} values`
    throw shapeError(found, `give ${count * features} values, ${features} for each`)
  }
  checkRange(encoder, images)
}

/** Checks a source before anything is read. Throws as `checkImages`, and HILLOCK_OPTION if it has no function `read` or no text `id`. */
export function checkSource(source: ExampleSource, work: Shown): void {
  checkValue('a source', 'read', source.read, is.callable)
  checkValue('a source', 'id', source.id, is.text)
  checkCounts(source, work)
}

function checkCounts(
  { count, features }: { readonly count: number; readonly features: number },
  { network, encoder, steps }: Shown,
): void {
  if (features !== exampleSize(encoder, network.inputs, steps)) {
    const times = encoder.rows ? ` at each of ${steps} steps` : ''
    const found = `examples have ${features} values each, the network has ${network.inputs} inputs${times}`
    const hint = `write sequential(${inputsOf(encoder, features, steps)}, ...)`
    throw shapeError(found, hint)
  }
  if (!Number.isSafeInteger(count) || count < 1) {
    throw shapeError(`there are ${count} examples`, `give one or more, ${features} values each`)
  }
}

/**
 * Checks that each example has a label that an output of the network stands for. Throws HILLOCK_LABEL if there are none, or one is no
 * whole number from 0 to `classes - 1`, or beyond the outputs; HILLOCK_SHAPE if there are more or fewer than examples.
 */
export function checkLabels({ labels, count, classes }: Omit<Examples, 'images'>, network: Network): void {
  if (!isObject(labels)) {
    const hint = 'give a whole number for each, from 0; session.predict(images) needs none'
    throw new HillockError('HILLOCK_LABEL', `the labels are ${show(labels)}`, { hint })
  }
  if (labels.length !== count) {
    const found = `${count} examples with ${labels.length} labels`
    throw shapeError(found, `give ${count} labels`)
  }
  const outputs = network.layers.at(-1)!.size
  const limit = Math.min(classes, outputs)
  for (let i = 0; i < count; i++) {
    const label = labels[i] as number
    if (Number.isInteger(label) && label >= 0 && label < limit) continue
    const known = classes < outputs ? `there are ${classes} classes` : `the network has ${outputs} outputs`
    const mend = classes > outputs ? `; give the last layer ${classes} neurons` : ''
    const hint = `labels are whole numbers from 0 to ${limit - 1}${mend}`
    throw new HillockError('HILLOCK_LABEL', `example ${i} has label ${show(label)}, ${known}`, { hint })
  }
}

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null

/** By its name: an array of another realm, such as that of a frame, has another constructor. */
const kindOf = (value: unknown): string => Object.prototype.toString.call(value).slice(8, -1)

export const isFloats = (value: unknown): value is Float32Array => kindOf(value) === 'Float32Array'

const isImages = (value: unknown): value is Images => isObject(value) && isObject((value as Images).images)

function noImages(given: unknown): never {
  const hint = 'give { images, labels, count, features, classes }, such as data.test'
  const found = isObject(given) ? "the examples have no 'images'" : `the examples are ${show(given)}`
  throw optionError(found, hint)
}

/** Other arrays are not converted: only the caller knows what their values mean. */
function noFloats(images: unknown): never {
  const bytes = /^Uint8(Clamped)?Array$/.test(kindOf(images))
  const values = Array.isArray(images) && Array.isArray(images[0]) ? 'images.flat()' : 'images'
  const hint = `write Float32Array.from(${values}${bytes ? ', (byte) => byte / 255' : ''})`
  throw optionError(`the images are ${show(images)}`, hint)
}
