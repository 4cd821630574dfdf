import type { StepResult } from '../learner.ts'
import { activityWarnings, conclude, density, newActivity, synapticOperations } from '../metrics.ts'
import type { TrainingProgress } from '../optimizers/lr-schedule.ts'
import { checkOptions, checkValue, is } from '../options.ts'
import { generator, stream } from '../random/index.ts'
import { optionError, rangeError, shapeError } from '../refusals.ts'
import { type Counter, createCounter } from '../runtime/activity.ts'
import { checkLasting } from '../runtime/finite.ts'
import type { Part } from '../runtime/runtime.ts'
import { evaluate } from './evaluate.ts'
import { type Dataset, type ExampleSource, type Examples, type Images, partsOf, type Read } from './examples.ts'
import { newMeans } from './means.ts'
import type { BatchProgress, EpochReport } from './reports.ts'
import { checkSameRun, runOf } from './run.ts'
import { type Augment, batchOf, type Run, type SessionState, trainingSteps } from './session-state.ts'
import { isSource, readingOf } from './source.ts'
import { isTargeted, isUnlabelled } from './targets.ts'
import type { Training } from './turns.ts'

/** Options of `session.train`. */
export interface TrainOptions {
  /**
   * Number of epochs to train, from 1. If the last run stopped within an epoch, that epoch is finished first and counts as one.
   * @default 1
   */
  readonly epochs?: number
  /**
   * Number of examples in a batch, from 1.
   * @default 64
   */
  readonly batchSize?: number
  /**
   * Leave out the last batch if it is smaller.
   * @default false
   */
  readonly dropLast?: boolean
  /**
   * Evaluate on the test set after each epoch, or only after the last.
   * @default 'each'
   */
  readonly test?: 'each' | 'last'
  /** Changes the images of each batch, differently in each epoch; tests see them as they are. */
  readonly augment?: Augment | undefined
  /** Called after each batch. Training continues when it has finished, and the session calls that it made. */
  readonly onBatch?: (progress: BatchProgress) => void | Promise<void>
  /** Stops after the current batch when aborted; the report covers the part of the epoch that was done. */
  readonly signal?: AbortSignal
}

const known = {
  epochs: is.whole(1),
  batchSize: is.whole(1),
  dropLast: is.flag,
  test: is.oneOf('each', 'last'),
  augment: is.callable,
  onBatch: is.callable,
  signal: is.made('the signal of an AbortController', 'aborted', 'addEventListener'),
}

/** What lasts is looked at after so many batches, and when an epoch ends. */
const checkedEvery = 64

/** Trains epoch by epoch, each in an order of its own. */
export async function* train(
  work: SessionState,
  data: Dataset<Images | ExampleSource>,
  options?: TrainOptions,
): AsyncGenerator<EpochReport, void> {
  const training = work.turns.train()
  try {
    yield* trainEpochs(work, training, data, options)
  } finally {
    for (const counter of work.runtime.counters) counter.drop()
    training.end()
  }
}

async function* trainEpochs(
  work: SessionState,
  training: Training,
  data: Dataset<Images | ExampleSource>,
  options: TrainOptions = {},
): AsyncGenerator<EpochReport, void> {
  checkOptions('train', options, known)
  const { epochs = 1, batchSize = 64, dropLast = false, test = 'each', augment, onBatch, signal } = options
  for (const examples of partsOf(data)) work.check(examples, examples === data.train)
  const { network, encoder, seed } = work
  const { count } = data.train
  const batches = dropLast ? Math.floor(count / batchSize) : Math.ceil(count / batchSize)
  if (batches === 0) {
    const hint = 'give more examples or a smaller batch'
    throw shapeError(`${count} examples make no batch of ${batchSize}`, hint)
  }
  const from = work.counters
  let run: Run | undefined
  const tellRun = () => (run ??= runOf(work, data.train, { batchSize, dropLast }))
  const stopped = from.position === 0 ? undefined : work.run()
  if (stopped !== undefined) checkSameRun(stopped, tellRun())
  if (from.position >= batches) {
    const hint = 'resume with the same data and batch size as before the stop'
    const found = `training was stopped after batch ${from.position} of an epoch, these data make ${batches}`
    throw optionError(found, hint)
  }
  work.run = tellRun
  const reading = isSource(data.train) ? readingOf(data.train) : undefined
  const lastEpoch = from.epochs + epochs
  const updates = from.batches - from.position + epochs * batches
  while (work.counters.epochs < lastEpoch && !signal?.aborted) {
    const start = performance.now()
    const { epochs: epoch, position } = work.counters
    const order = generator(seed, stream.shuffle, epoch).permutation(count)
    const activity = newActivity(network)
    const counter = createCounter(activity)
    const means = newMeans()
    const unlabelled = isUnlabelled(data.train)
    let [lossSum, correct, seen] = [
      unlabelled ? NaN : 0,
      unlabelled || isTargeted(data.train, work.runtime.loss) ? NaN : 0,
      0,
    ]
    for (let index = position; index < batches && !signal?.aborted; index++) {
      const began = performance.now()
      const rows = rowsOf(order, index, batchSize)
      const progress = { update: work.counters.batches, updates, epoch, epochs: lastEpoch }
      if (progress.update >= trainingSteps) {
        const hint = 'create another session with the snapshot of this one and another seed'
        throw rangeError(`${progress.update} batches draw all random numbers that there are`, hint)
      }
      const read = await reading?.take(
        rows,
        index + 1 < batches ? rowsOf(order, index + 1, batchSize) : undefined,
        epoch,
      )
      const result = await trainBatch(work, data.train, rows, progress, counter, { augment, read })
      const whole = index + 1 === batches
      work.counters = {
        epochs: whole ? epoch + 1 : epoch,
        batches: work.counters.batches + 1,
        position: whole ? 0 : index + 1,
      }
      if (work.counters.batches % checkedEvery === 0) await checkLasting(work.runtime)
      lossSum += result.loss * rows.length
      correct += result.correct
      seen += rows.length
      means.add(work.learner.name, result, rows.length)
      const done = {
        epoch: epoch + 1,
        epochs: lastEpoch,
        batch: index + 1,
        batches,
        loss: lossSum / seen,
        accuracy: correct / seen,
        milliseconds: performance.now() - began,
        parts: result.parts,
      }
      if (onBatch) await training.between(() => onBatch(done))
    }
    await checkLasting(work.runtime)
    await counter.settle()
    const validation = data.validation && (await evaluate(work, data.validation as Examples))
    const last = work.counters.epochs === lastEpoch || signal?.aborted === true
    const tested = data.test && (test === 'each' || last) ? await evaluate(work, data.test as Examples) : undefined
    const report = {
      epoch: epoch + 1,
      trainLoss: lossSum / seen,
      trainAccuracy: correct / seen,
      validationLoss: validation?.loss,
      validationAccuracy: numberOrNone(validation?.accuracy),
      testLoss: tested?.loss,
      testAccuracy: numberOrNone(tested?.accuracy),
      seconds: (performance.now() - start) / 1000,
      density: density(activity),
      synapticOperations: synapticOperations(network, encoder.binary, activity),
      warnings: activityWarnings(network, activity),
      ...means.report(),
    }
    training.suspend()
    yield report
    await training.resume()
  }
}

/** The examples of a batch: the last one may be smaller. */
const rowsOf = (order: Uint32Array, index: number, size: number): Uint32Array =>
  order.subarray(index * size, Math.min(order.length, (index + 1) * size))

/** Undefined in place of NaN. */
const numberOrNone = (value: number | undefined) => (Number.isNaN(value) ? undefined : value)

/** One step of the learner; nothing of it is left on the backend but what lasts. */
async function trainBatch(
  work: SessionState,
  examples: Images | ExampleSource,
  rows: Uint32Array,
  progress: TrainingProgress,
  counter: Counter,
  given: { readonly augment: Augment | undefined; readonly read: Read | undefined },
): Promise<StepResult & { readonly parts: Readonly<Record<Part, number>> }> {
  const { learner, runtime } = work
  try {
    const result = await learner.step(runtime, batchOf(work, examples, rows, progress, given))
    checkValue(learner.name, 'what its step gives', result, is.made('{ loss, correct }', 'loss', 'correct'))
    await conclude(runtime, { loss: result.loss, training: true })
    counter.add(runtime, result.activity ?? [], rows.length)
    return { ...result, parts: { ...runtime.parts } }
  } finally {
    runtime.endStep()
  }
}
