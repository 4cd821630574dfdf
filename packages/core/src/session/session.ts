import type { Backend } from '../backend.ts'
import type { CheckedBackend } from '../checked.ts'
import type { Encoder } from '../encoders/encoder.ts'
import type { Learner } from '../learner.ts'
import { checkTakesTargets, type Loss } from '../losses/loss.ts'
import { checkSizes, type Network } from '../network/layer.ts'
import { checkOptions, checkValue, is } from '../options.ts'
import { checkSeed } from '../random/index.ts'
import { reference } from '../reference/backend.ts'
import type { LayerPass } from '../runtime/pass.ts'
import { createRuntime, type DisposeOptions } from '../runtime/runtime.ts'
import { isSnapshot, type Snapshot } from '../runtime/snapshot.ts'
import { type EvaluateOptions, type Evaluation, evaluate, observe, type Prediction, predict } from './evaluate.ts'
import {
  checkImages,
  checkLabels,
  checkSource,
  type Dataset,
  type ExampleSource,
  type Examples,
  type Images,
  type Targeted,
} from './examples.ts'
import type { EpochReport } from './reports.ts'
import { type Counters, checkCounters, type SessionState } from './session-state.ts'
import { isSource } from './source.ts'
import { openStream, type SessionStream, type StreamOptions } from './stream.ts'
import { checkTargets, checkUnlabelled, isTargeted, isUnlabelled } from './targets.ts'
import { type TrainOptions, train } from './train.ts'
import { createTurns } from './turns.ts'

/** Options of `createSession`. */
export interface SessionOptions {
  /** What is trained, such as `sequential(784, [dense(10), lif()])`. */
  readonly network: Network
  /** How it learns, such as `bptt()`. */
  readonly learner: Learner
  /** How values become spikes, such as `poisson()`. */
  readonly encoder: Encoder
  /** What its output is compared by, such as `crossEntropy()`. */
  readonly loss: Loss
  /** Time steps T for which an example is shown: a whole number from 1. */
  readonly steps: number
  /**
   * What it runs on.
   * @default reference()
   */
  readonly backend?: Backend
  /**
   * Seed of all random numbers, such as weights, encoding and shuffling: an integer in [0, 2^32).
   * @default 0
   */
  readonly seed?: number
  /** Weights and learner state to start from: the result of `snapshot()` of another session. */
  readonly snapshot?: Snapshot
  /**
   * How far that training had come: training resumes from there. Default: from the start. Within an epoch it resumes as the run that was
   * stopped, with the same data, batches, encoder, steps, network, loss and learner; between epochs all of them may change.
   */
  readonly counters?: Counters
  /** Ignored, so that you can write `...readCheckpoint(bytes)` among the options. */
  readonly metadata?: unknown
}

const known = {
  network: is.made('a network: sequential(inputs, [dense(units), lif()])', 'inputs', 'layers'),
  learner: is.made('a learner, such as bptt()', 'name', 'step'),
  encoder: is.encoder,
  loss: is.made('a loss, such as crossEntropy()', 'reads', 'over', 'evaluate'),
  steps: is.whole(1),
  backend: is.backend,
  seed: is.anything,
  snapshot: isSnapshot,
  counters: is.made('the counters of a session', 'epochs', 'batches', 'position'),
  metadata: is.anything,
}

/**
 * A session does one thing at a time. If you call it while another call is running, it throws HILLOCK_BUSY and changes nothing. While a session trains, you can
 * make any other call between two batches, in `onBatch`, and any call between epochs: training waits for it. After `dispose`, calls throw
 * HILLOCK_DISPOSED.
 */
export interface Session {
  /** The network that it was made with. */
  readonly network: Network
  /** The backend that it runs on at present, with the checks of core before each call. */
  readonly backend: CheckedBackend
  /**
   * Trains, and yields a report after each epoch. If the learner is `unlabelled`, the training examples need neither labels nor targets. Throws
   * HILLOCK_SHAPE, HILLOCK_RANGE or HILLOCK_LABEL if the data does not fit. Throws HILLOCK_OPTION if the loss does not take targets that are given,
   * there is less than one epoch, or than one example in a batch, or the settings change within an epoch. Throws HILLOCK_NOT_FINITE
   * if a value becomes NaN or infinite.
   */
  train(
    data: Dataset<Images | Examples | Targeted | ExampleSource>,
    options?: TrainOptions,
  ): AsyncGenerator<EpochReport, void>
  /**
   * Classifies examples, or compares outputs with their targets. The result is the same each time. Default of `batchSize`: 250, or as many as take 256 MiB; half as many if the
   * backend runs out of memory. Up to 250, random numbers and predictions do not depend on it.
   */
  evaluate(examples: Examples | Targeted | ExampleSource, options?: EvaluateOptions): Promise<Evaluation>
  /**
   * Classifies images without labels: `images` is [count, inputs], with `rows` [count, T * inputs], or examples, whose labels are not
   * looked at. The predictions are those of `evaluate`. Throws HILLOCK_SHAPE if the values make no whole rows, HILLOCK_RANGE if a value cannot be
   * encoded.
   */
  predict(images: Float32Array | Images | ExampleSource, options?: EvaluateOptions): Promise<Prediction>
  /**
   * Opens a stream, in which time continues from call to call, a step or a span at a time. The pieces give the same bits as `predict` for the whole. Weights are
   * those at the time of each call.
   */
  stream(options?: StreamOptions): SessionStream
  /** Runs some images, with or without labels, and lets `look` read what each layer did, including states and recorded values. The tensors live until it returns. */
  observe<T>(
    examples: Images | Examples | Targeted | ExampleSource,
    look: (passes: readonly LayerPass[], backend: Backend) => Promise<T>,
  ): Promise<T>
  /**
   * Moves weights and learner state to another backend, between two batches too (in `onBatch`), and leaves the old one as `dispose` does.
   * Training continues with the same bits on a backend of the same kind. On another one spikes are the same to the bit where both are
   * `exact` and currents are; else losses and weights are the same to six digits. If the new backend has not enough memory, the session stays unchanged.
   */
  use(backend: Backend, options?: DisposeOptions): Promise<void>
  /** How far training has come, up to the last batch. */
  readonly counters: Counters
  /**
   * Names of the tensors in `options.snapshot` that neither the network nor the learner has asked for so far. A learner asks for its own in
   * the first batch that it trains; what is listed after that comes from another program. It is kept, and returned by `snapshot()`.
   */
  readonly unused: readonly string[]
  /** Weights and learner state as plain arrays. */
  snapshot(): Promise<Snapshot>
  /**
   * Frees what the session holds. The backend is disposed of with the last session on it; with `keepBackend: true` you can continue to use
   * it, and dispose of it yourself. Default: false.
   */
  dispose(options?: DisposeOptions): Promise<void>
}

const leaving = { keepBackend: is.flag }

/**
 * Puts a network, its input and a learner together. Throws HILLOCK_OPTION if something is missing or is not what it should be (a factory
 * that was not called, a backend that was not awaited, fewer than one step, counters that are not valid), if an option is unknown, or if the loss
 * reads what the last layer does not give out. Throws HILLOCK_RANGE if the seed is out of range, HILLOCK_SHAPE if the snapshot is of another network.
 *
 * @example
 * ```ts
 * import { createSession, crossEntropy, dense, lif, poisson, sequential } from '@hillock/core'
 * import { bptt } from '@hillock/learner-bptt'
 *
 * const session = createSession({
 *   network: sequential(4, [dense(16), lif(), dense(2), lif()]),
 *   learner: bptt(),
 *   encoder: poisson({ probability: 0.8 }),
 *   loss: crossEntropy(),
 *   steps: 10,
 * })
 * const count = 32
 * const images = Float32Array.from({ length: count * 4 }, (_, i) => Number(i % 4 < 2 === (i >> 2) % 2 > 0))
 * const labels = Uint8Array.from({ length: count }, (_, i) => i % 2)
 * const train = { images, labels, count, features: 4, classes: 2 }
 * for await (const { epoch, trainLoss } of session.train({ train }, { epochs: 2, batchSize: 16 })) console.log(epoch, trainLoss)
 * const { predictions } = await session.predict(images)
 * console.log(predictions)
 * await session.dispose()
 * ```
 */
export function createSession(options: SessionOptions): Session {
  checkOptions('createSession', options, known, ['network', 'learner', 'encoder', 'loss', 'steps'])
  const { network, learner, encoder, loss, steps, seed = 0, snapshot, backend: first = reference() } = options
  const { counters = { epochs: 0, batches: 0, position: 0 } } = options
  checkSeed(seed)
  checkCounters(counters)
  checkSizes('the input', encoder, network.inputs, { of: 'inputs' })
  const accepted = new WeakSet<Images | ExampleSource>()
  const work: SessionState = {
    network,
    learner,
    encoder,
    steps,
    seed,
    runtime: createRuntime({ network, backend: first, loss, seed, snapshot }),
    counters,
    turns: createTurns(),
    run: () => counters.run,
    images: new Float32Array(),
    check(examples, training = false) {
      if (accepted.has(examples)) return
      if (isSource(examples)) checkSource(examples, work)
      else checkImages(examples, work)
      if (training && isUnlabelled(examples)) return checkUnlabelled(learner)
      if (isTargeted(examples, loss)) {
        checkTakesTargets(loss)
        checkTargets(examples, network, steps)
      } else checkLabels(examples as Examples, network)
      accepted.add(examples)
    },
  }
  const { turns } = work
  return {
    network,
    get backend() {
      return work.runtime.backend
    },
    get counters() {
      const { epochs, batches, position } = work.counters
      const run = position === 0 ? undefined : work.run()
      return { epochs, batches, position, ...(run && { run }) }
    },
    train: (data, given) => train(work, data, given),
    get unused() {
      return work.runtime.unused
    },
    evaluate: (examples, given) => turns.alone('evaluate', () => evaluate(work, examples, given)),
    predict: (images, given) => turns.alone('predict', () => predict(work, images, given)),
    stream: (given) => openStream(work, given),
    observe: (examples, look) => turns.alone('observe', () => observe(work, examples, look)),
    use: (backend, given = {}) =>
      turns.alone('use', async () => {
        checkValue('use', 'backend', backend, is.backend)
        checkOptions('use', given, leaving)
        const old = work.runtime
        for (const counter of old.counters) await counter.settle()
        work.runtime = createRuntime({ network, backend, loss, seed, snapshot: await old.snapshot() })
        await old.dispose(given)
      }),
    snapshot: () => turns.alone('snapshot', () => work.runtime.snapshot()),
    async dispose(given = {}) {
      checkOptions('dispose', given, leaving)
      await turns.last('dispose', () => work.runtime.dispose(given))
    },
  }
}
