import type { Backend } from '../backend.ts'
import { exampleSize } from '../encoders/rows.ts'
import { HillockError } from '../errors.ts'
import { conclude, density, newActivity, synapticOperations } from '../metrics.ts'
import { checkOptions, checkValue, is } from '../options.ts'
import { activityOf, createCounter } from '../runtime/activity.ts'
import { type Classified, classArray } from '../runtime/classify.ts'
import { forward, keepable } from '../runtime/forward.ts'
import { outputError } from '../runtime/output-error.ts'
import type { LayerPass } from '../runtime/pass.ts'
import { checkImages, checkSource, type ExampleSource, type Examples, type Images, type Targeted } from './examples.ts'
import { batchOf, type SessionState, unseen } from './session-state.ts'
import { isSource, readingOf } from './source.ts'
import { isTargeted } from './targets.ts'

/** The predictions of a network for some images. */
export interface Prediction {
  /** [count], the class of each: in bytes for up to 256 outputs, else in 16 or 32 bits. */
  readonly predictions: Classified['predictions']
  /** [count, outputs], row-major: the logits or evidence that the loss uses. The largest of a row is the prediction. */
  readonly scores: Float64Array
  /** Spikes per neuron and step, of the input and each layer. */
  readonly density: readonly number[]
  /** For each sample. */
  readonly synapticOperations: number
}

/** How well a network classified examples. */
export interface Evaluation extends Omit<Prediction, 'scores'> {
  /** Mean over the examples. */
  readonly loss: number
  /** NaN if examples have targets and no labels. */
  readonly accuracy: number
}

/** Options of `session.evaluate` and `session.predict`. */
export interface EvaluateOptions {
  /** Number of examples that go through the network at once. Default: 250, or as many as fit. */
  readonly batchSize?: number
}

/** Classifies examples in their order; weights stay as they are. */
export async function evaluate(
  work: SessionState,
  examples: Examples | Targeted | ExampleSource,
  options: EvaluateOptions = {},
): Promise<Evaluation> {
  checkOptions('evaluate', options, known)
  work.check(examples)
  return inBatches(work, examples, options.batchSize)
}

/** Classifies images: rows of as many values as the network has inputs, or examples, whose labels are not looked at. */
export async function predict(
  work: SessionState,
  given: Float32Array | Images | ExampleSource,
  options: EvaluateOptions = {},
): Promise<Prediction> {
  checkOptions('predict', options, known)
  const { network, encoder, steps } = work
  const features = exampleSize(encoder, network.inputs, steps)
  const shown = isArray(given) ? { images: given, count: given.length / features, features } : given
  const source = isSource(shown) ? shown : undefined
  if (source) checkSource(source, work)
  else checkImages(shown as Images, work)
  const scores = new Float64Array(shown.count * network.layers.at(-1)!.size)
  const unlabelled = source ?? { images: (shown as Images).images, count: shown.count, features }
  const { predictions, density, synapticOperations } = await inBatches(work, unlabelled, options.batchSize, scores)
  return { predictions, scores, density, synapticOperations }
}

const known = { batchSize: is.whole(1) }

const isArray = (given: Float32Array | Images | ExampleSource): given is Float32Array =>
  ArrayBuffer.isView(given) || Array.isArray(given)

/**
 * Examples in a batch that draw their random numbers from one step, each for its own number in it. So what is drawn for an example
 * does not depend on how many go through the network at once, up to this many.
 */
const together = 250
/** Bytes that a batch may take unless a size is given. */
const mostBytes = 2 ** 28

/** As many examples as are drawn for together, or as fit. */
function batchSizeFor({ network, steps }: SessionState): number {
  const values = network.layers.reduce((sum, { size }) => sum + size, network.inputs)
  return Math.max(1, Math.min(together, Math.floor(mostBytes / (4 * steps * values))))
}

/**
 * Runs batch after batch, smaller ones where memory does not suffice; `scores`, where given, takes the scores of all. Without labels, loss
 * and accuracy mean nothing.
 */
async function inBatches(
  work: SessionState,
  examples: Images | Examples | Targeted | ExampleSource,
  batchSize = batchSizeFor(work),
  scores?: Float64Array,
): Promise<Evaluation> {
  const { network, encoder, runtime } = work
  const { count } = examples
  const outputs = network.layers.at(-1)!.size
  const activity = newActivity(network)
  const counter = createCounter(activity)
  const predictions = classArray(count, outputs)
  let [lossSum, correct] = [0, 0]
  const group = Math.max(together, batchSize)
  let most = batchSize
  const endOf = (from: number) => Math.min(count, from + most, from - (from % group) + group)
  const reading = isSource(examples) ? readingOf(examples) : undefined
  try {
    for (let from = 0, to = 0; from < count; from = to) {
      const sample = from % group
      to = endOf(from)
      try {
        const rows = range(from, to)
        const read = await reading?.take(rows, to < count ? range(to, endOf(to)) : undefined)
        const batch = batchOf(work, examples, rows, unseen(Math.floor(from / group)), { sample, read })
        const passes = forward(runtime, batch)
        const error = await outputError(runtime, passes.at(-1)!, batch.labels)
        await conclude(runtime, error)
        counter.add(runtime, activityOf(runtime, passes), batch.size)
        predictions.set(error.predictions, from)
        scores?.set(error.scores, from * outputs)
        lossSum += error.loss * batch.size
        correct += error.correct
      } catch (error) {
        if (to - from === 1 || !(error instanceof HillockError && error.code === 'HILLOCK_OUT_OF_MEMORY')) throw error
        most = Math.ceil((to - from) / 2)
        to = from
        runtime.endStep()
        // A backend that queues its work gives memory back when it has caught up.
        await runtime.backend.read(runtime.temporary([]))
      } finally {
        runtime.endStep()
      }
    }
    await counter.settle()
  } finally {
    counter.drop()
  }
  return {
    loss: lossSum / count,
    accuracy: isTargeted(examples, runtime.loss) ? Number.NaN : correct / count,
    predictions,
    density: density(activity),
    synapticOperations: synapticOperations(network, encoder.binary, activity),
  }
}

/** Runs all examples as one batch, keeping every state and record, and lets `look` read what each layer did. */
export async function observe<T>(
  work: SessionState,
  examples: Images | Examples | Targeted | ExampleSource,
  look: (passes: readonly LayerPass[], backend: Backend) => Promise<T>,
): Promise<T> {
  checkValue('observe', 'look', look, is.callable)
  if (typeof examples === 'object' && examples !== null && ('labels' in examples || 'targets' in examples))
    work.check(examples)
  else checkImages(examples, work)
  const { runtime } = work
  try {
    const rows = range(0, examples.count)
    const read = isSource(examples) ? await examples.read(rows) : undefined
    const batch = batchOf(work, examples, rows, unseen(0), { read })
    const passes = forward(runtime, batch, { keep: ({ neuron }) => keepable(neuron) })
    await conclude(runtime)
    return await look(passes, runtime.backend)
  } finally {
    runtime.endStep()
  }
}

const range = (from: number, to: number) => Uint32Array.from({ length: to - from }, (_, i) => from + i)
