import type { Events } from '../backend.ts'
import { checkRange, type Encoder } from '../encoders/encoder.ts'
import { exampleSize, layOut } from '../encoders/rows.ts'
import type { Learner } from '../learner.ts'
import type { Network } from '../network/layer.ts'
import type { TrainingProgress } from '../optimizers/lr-schedule.ts'
import { checkValue, is } from '../options.ts'
import { optionError, shapeError } from '../refusals.ts'
import type { Batch } from '../runtime/pass.ts'
import type { RuntimeControl } from '../runtime/runtime.ts'
import { show } from '../show.ts'
import { encoded, type Given, isStill } from './encoded.ts'
import { type ExampleSource, type Examples, type Images, isFloats, type Read } from './examples.ts'
import { isTargeted, isUnlabelled, targetsOf } from './targets.ts'
import type { Turns } from './turns.ts'

/**
 * What a position within an epoch counts, by name: the `seed`, the `batchSize`, whether the last batch is dropped (`dropLast`), the number
 * of `examples` and a digest of the `data`, the `steps`, the `encoder`, the network's `inputs` and `layers`, each of them ('layer1'), the
 * `loss`, and the name of the `learner`.
 */
export type Run = Readonly<Record<string, string | number | boolean>>

/** How far training has come. With the seed and a snapshot, this is all you need to resume. */
export interface Counters {
  /** Epochs done. */
  readonly epochs: number
  /** Batches done, in all epochs. */
  readonly batches: number
  /** Batches done of an unfinished epoch; 0 between epochs. */
  readonly position: number
  /** Of such an epoch, what the position counts: training goes on as this run alone. */
  readonly run?: Run | undefined
}

/** What training and evaluation share. */
export interface SessionState {
  readonly network: Network
  readonly learner: Learner
  readonly encoder: Encoder
  /** Time steps T. */
  readonly steps: number
  readonly seed: number
  /** Another one after the backend was swapped. */
  runtime: RuntimeControl
  counters: Counters
  /** The run whose batches are counted; it takes a while to tell, so it is told when it is asked for. */
  run: () => Run | undefined
  readonly turns: Turns
  /** Room for the images of a batch, used again for each. */
  images: Float32Array
  /** Checks examples, labels included, each set of them once. To train on, those of some learners need none. */
  check(examples: Images | ExampleSource, training?: boolean): void
}

/** How a batch is put together. */
interface BatchOptions {
  readonly augment?: Augment | undefined
  /** The number of the first sample, for random numbers. Default: 0. */
  readonly sample?: number
  /** What a source has read. */
  readonly read?: Read | undefined
}

/** Changes images on their way to the learner: [B, features] values of the examples `rows`, of which it gives as many back. */
export type Augment = (images: Float32Array, rows: ArrayLike<number>, epoch: number) => Float32Array

/** Encodes some rows of the examples, or what a source has read of them; those without labels or targets count as class 0. The draws follow from the seed, `progress.update` and the number of the first `sample`; the tensors live until the step ends. */
export function batchOf(
  work: SessionState,
  examples: (Images & Partial<Pick<Examples, 'labels'>>) | ExampleSource,
  rows: ArrayLike<number>,
  progress: TrainingProgress,
  { augment, sample = 0, read }: BatchOptions = {},
): Batch {
  const { encoder, steps } = work
  const size = rows.length
  const given =
    read !== undefined && 'index' in read
      ? listsOf(work, read, size, augment)
      : layOut(encoder, valuesOf(work, read ?? examples, rows, progress.epoch, augment), { batch: size, steps })
  const input = encoded(work, given, { steps, step: progress.update, sample })
  const wanted = isTargeted(examples, work.runtime.loss)
    ? { labels: [], targets: targetsOf(examples, rows, steps) }
    : { labels: labelsOf(rows, examples.labels), unlabelled: isUnlabelled(examples) }
  return { input, ...wanted, steps, size, still: isStill(encoder), sample, progress }
}

/** Values of some rows, [B, features]: gathered, or those that were read, and changed. */
function valuesOf(
  work: SessionState,
  given: Images | ExampleSource | Float32Array,
  rows: ArrayLike<number>,
  epoch: number,
  augment: Augment | undefined,
): Float32Array {
  const { encoder, network, steps } = work
  const features = exampleSize(encoder, network.inputs, steps)
  const values = 'images' in given ? gathered(work, given, rows) : (given as Float32Array)
  const shown = augment?.(values, rows, epoch) ?? values
  if (augment || values === given) checkGiven(augment ? 'augment' : 'read', encoder, shown, [rows.length, features])
  return shown
}

/** Copies of some rows, in room that is used again. */
function gathered(work: SessionState, { images, features }: Images, rows: ArrayLike<number>): Float32Array {
  if (work.images.length !== rows.length * features) work.images = new Float32Array(rows.length * features)
  for (let b = 0; b < rows.length; b++)
    work.images.set(images.subarray(rows[b]! * features, (rows[b]! + 1) * features), b * features)
  return work.images
}

/** Lists as they are: they are checked where they are written. */
function listsOf(
  { encoder, network, steps }: SessionState,
  values: Events,
  size: number,
  augment: Augment | undefined,
): Given {
  const refuse = (found: string, hint: string): never => {
    throw optionError(found, hint)
  }
  if (!encoder.rows) refuse(`a source gave lists of spikes, the encoder is ${encoder.name}`, 'use spikes()')
  if (augment) refuse('augment changes values, a source gave lists', 'let the source change what it reads')
  return { shape: [steps, size, network.inputs], values }
}

function labelsOf(rows: ArrayLike<number>, labels: ArrayLike<number> | undefined): number[] {
  const found: number[] = []
  for (let b = 0; b < rows.length; b++) found.push(labels?.[rows[b]!] ?? 0)
  return found
}

function checkGiven(what: string, encoder: Encoder, shown: Float32Array, [size, features]: [number, number]): void {
  if (!isFloats(shown) || shown.length !== size * features) {
    const hint = `return ${size} images of ${features} values in a Float32Array`
    throw shapeError(`${what} gave ${show(shown)}`, hint)
  }
  checkRange(encoder, shown)
}

/** Training draws its random numbers from the steps below, evaluation from those that follow. */
export const trainingSteps = 2 ** 31

/** Random numbers that training never reaches. */
export const unseen = (index: number): TrainingProgress => ({
  update: trainingSteps + index,
  updates: 1,
  epoch: 0,
  epochs: 1,
})

/** Throws HILLOCK_OPTION if a counter is not a whole number in its range, or if `run` holds anything but numbers and texts. */
export function checkCounters(counters: Counters): void {
  checkValue('counters', 'counters', counters, is.made('the counters of a session', 'epochs', 'batches', 'position'))
  const { epochs, batches, position, run = {} } = counters
  const counts = [epochs, batches, position].every((count) => Number.isSafeInteger(count) && count >= 0)
  const plain = (value: unknown) => ['string', 'number', 'boolean'].includes(typeof value)
  const sound = typeof run === 'object' && run !== null && Object.values(run).every(plain)
  if (sound && counts && epochs + position <= batches && batches < trainingSteps) return
  const found = `${epochs} epochs and ${position} batches are done, ${batches} batches in all`
  throw optionError(found, 'give the counters of a session, with its snapshot')
}
