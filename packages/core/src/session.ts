import type { Backend } from './backend.ts'
import { encode } from './encoders/encode.ts'
import { checkRange, type Encoder } from './encoders/encoder.ts'
import { HillockError } from './errors.ts'
import type { Learner } from './learner.ts'
import type { Loss } from './losses/loss.ts'
import {
  type Activity,
  activityWarnings,
  checkFinite,
  countActivity,
  density,
  newActivity,
  synapticOperations,
  type Warning,
} from './metrics.ts'
import type { Network } from './network.ts'
import { checkSeed, generator, stream } from './random/index.ts'
import { reference } from './reference/backend.ts'
import { outputError } from './runtime/backward.ts'
import { type Batch, forward, type LayerPass } from './runtime/forward.ts'
import { createRuntime, type Part, type Snapshot } from './runtime/runtime.ts'

/** Examples as plain arrays: `features` values each, row-major, and a class from 0 to `classes - 1`. */
export interface Examples {
  readonly images: Float32Array
  readonly labels: Uint8Array
  readonly count: number
  readonly features: number
  readonly classes: number
}

export interface Dataset {
  readonly train: Examples
  readonly validation?: Examples
  readonly test: Examples
}

export interface SessionOptions {
  readonly network: Network
  readonly learner: Learner
  readonly encoder: Encoder
  readonly loss: Loss
  /** Time steps T. */
  readonly steps: number
  readonly backend?: Backend
  /** An integer in [0, 2^32): weights, encoding and shuffling all follow from it. */
  readonly seed?: number
}

export interface TrainOptions {
  readonly epochs?: number
  readonly batchSize?: number
  /** Leave out the last, smaller batch. */
  readonly dropLast?: boolean
  /** Evaluate on the test set after each epoch, or only after the last. */
  readonly test?: 'each' | 'last'
  /** Called after each batch. */
  readonly onBatch?: (progress: BatchProgress) => void
  /** Stops after the batch at hand when aborted. */
  readonly signal?: AbortSignal
}

export interface BatchProgress {
  readonly epoch: number
  readonly epochs: number
  readonly batch: number
  readonly batches: number
  /** Means over the epoch so far. */
  readonly loss: number
  readonly accuracy: number
  /** Milliseconds of this batch, the parts of it apart. */
  readonly milliseconds: number
  readonly parts: Readonly<Record<Part, number>>
}

export interface EpochReport {
  readonly epoch: number
  readonly trainLoss: number
  readonly trainAccuracy: number
  readonly validationAccuracy: number | undefined
  readonly testAccuracy: number | undefined
  readonly seconds: number
  /** Of the input and each layer, in training. */
  readonly density: readonly number[]
  /** For each sample. */
  readonly synapticOperations: number
  readonly warnings: readonly Warning[]
}

export interface Evaluation {
  readonly loss: number
  readonly accuracy: number
  readonly predictions: Uint8Array
  readonly density: readonly number[]
  readonly synapticOperations: number
}

export interface Session {
  readonly network: Network
  readonly backend: Backend
  /** Trains, one report an epoch. Errors: HILLOCK_SHAPE, HILLOCK_RANGE, HILLOCK_LABEL for data that does not fit, HILLOCK_NOT_FINITE. */
  train(data: Dataset, options?: TrainOptions): AsyncGenerator<EpochReport, void>
  evaluate(examples: Examples, options?: { readonly batchSize?: number }): Promise<Evaluation>
  /** Runs some examples and gives what each layer did, read by `look`; the tensors live until it returns. */
  observe<T>(examples: Examples, look: (passes: readonly LayerPass[], backend: Backend) => Promise<T>): Promise<T>
  /** Goes on with another backend: weights and learner state move along. */
  use(backend: Backend): Promise<void>
  /** Weights and learner state as plain arrays. */
  snapshot(): Promise<Snapshot>
  dispose(): Promise<void>
}

/** Evaluation draws its noise from here, so that training never draws the same. */
const evaluationStep = 2 ** 31

/** Puts a network, its input and a learner together. Errors: HILLOCK_OPTION for fewer than one step, HILLOCK_RANGE for a bad seed. */
export function createSession(options: SessionOptions): Session {
  const { network, learner, encoder, loss, steps, seed = 0 } = options
  checkSeed(seed)
  if (!Number.isSafeInteger(steps) || steps < 1) {
    throw new HillockError('HILLOCK_OPTION', `there are ${steps} time steps`, { hint: 'give a whole number from 1' })
  }
  let runtime = createRuntime({ network, backend: options.backend ?? reference(), loss, seed })
  let epochsDone = 0
  let stepsDone = 0
  const checkedExamples = new WeakSet<Examples>()

  /** Checks once for each set of examples what no batch of it need check again. */
  function check(examples: Examples): void {
    if (checkedExamples.has(examples)) return
    const { images, labels, count, features, classes } = examples
    if (features !== network.inputs) {
      const hint = `write sequential(${features}, ...)`
      throw new HillockError(
        'HILLOCK_SHAPE',
        `examples have ${features} values each, the network has ${network.inputs} inputs`,
        { hint },
      )
    }
    if (images.length !== count * features || labels.length !== count) {
      const hint = `images: ${count * features} values, labels: ${count}`
      throw new HillockError(
        'HILLOCK_SHAPE',
        `${count} examples with ${images.length} values and ${labels.length} labels`,
        { hint },
      )
    }
    const outputs = network.layers.at(-1)!.size
    const wrong = labels.findIndex((label) => label >= outputs)
    if (wrong >= 0) {
      const hint = `labels go from 0 to ${outputs - 1}; give the last layer ${Math.max(classes, labels[wrong]! + 1)} neurons`
      throw new HillockError(
        'HILLOCK_LABEL',
        `example ${wrong} has label ${labels[wrong]}, the network has ${outputs} outputs`,
        { hint },
      )
    }
    checkRange(encoder, images)
    checkedExamples.add(examples)
  }

  function batchOf(examples: Examples, rows: ArrayLike<number>, step: number, progress: Batch['progress']): Batch {
    const { images, features } = examples
    const values = new Float32Array(rows.length * features)
    for (let b = 0; b < rows.length; b++)
      values.set(images.subarray(rows[b]! * features, (rows[b]! + 1) * features), b * features)
    const labels = Uint8Array.from(rows, (row) => examples.labels[row]!)
    const input = runtime.timed('encode', () => {
      const pixels = runtime.temporary([1, rows.length, features])
      runtime.backend.write(pixels, values)
      const random = { seed, stream: stream.encoding, step, place: 0 }
      const encoded = encode(runtime.backend, encoder, pixels, { steps, random })
      return encoded === pixels ? pixels : runtime.adopt(encoded)
    })
    return { input, labels, steps, size: rows.length, progress }
  }

  const range = (from: number, to: number) => Uint32Array.from({ length: to - from }, (_, i) => from + i)
  const noProgress = { step: 0, steps: 1, epoch: 0, epochs: 1 }

  async function* train(data: Dataset, given: TrainOptions = {}): AsyncGenerator<EpochReport, void> {
    const { epochs = 1, batchSize = 64, dropLast = false, test = 'each', onBatch, signal } = given
    if (!Number.isSafeInteger(batchSize) || batchSize < 1) {
      throw new HillockError('HILLOCK_OPTION', `the batch size is ${batchSize}`, { hint: 'give a whole number from 1' })
    }
    for (const examples of [data.train, data.validation, data.test]) if (examples) check(examples)
    const { count } = data.train
    const batches = dropLast ? Math.floor(count / batchSize) : Math.ceil(count / batchSize)
    if (batches === 0) {
      throw new HillockError('HILLOCK_SHAPE', `${count} examples make no batch of ${batchSize}`, {
        hint: 'give more examples or a smaller batch',
      })
    }
    const last = epochsDone + epochs
    while (epochsDone < last && !signal?.aborted) {
      const start = performance.now()
      const order = generator(seed, stream.shuffle, epochsDone).permutation(count)
      const activity = newActivity(network)
      let [lossSum, correct, seen] = [0, 0, 0]
      for (let index = 0; index < batches && !signal?.aborted; index++) {
        const began = performance.now()
        const rows = order.subarray(index * batchSize, Math.min(count, (index + 1) * batchSize))
        const progress = { step: stepsDone, steps: last * batches, epoch: epochsDone, epochs: last }
        try {
          const result = await learner.step(runtime, batchOf(data.train, rows, stepsDone, progress))
          await checkFinite(runtime, result.loss)
          await countActivity(runtime, activity)
          lossSum += result.loss * rows.length
          correct += result.correct
          seen += rows.length
          const milliseconds = performance.now() - began
          const [loss, accuracy] = [lossSum / seen, correct / seen]
          onBatch?.({
            epoch: epochsDone + 1,
            epochs: last,
            batch: index + 1,
            batches,
            loss,
            accuracy,
            milliseconds,
            parts: { ...runtime.parts },
          })
        } finally {
          runtime.endStep()
        }
        stepsDone++
      }
      epochsDone++
      const isLast = epochsDone === last || signal?.aborted === true
      const validation = data.validation && (await evaluate(data.validation))
      const tested = test === 'each' || isLast ? await evaluate(data.test) : undefined
      yield {
        epoch: epochsDone,
        trainLoss: lossSum / seen,
        trainAccuracy: correct / seen,
        validationAccuracy: validation?.accuracy,
        testAccuracy: tested?.accuracy,
        seconds: (performance.now() - start) / 1000,
        density: density(activity),
        synapticOperations: synapticOperations(network, encoder.binary, activity),
        warnings: activityWarnings(network, activity),
      }
    }
  }

  async function evaluate(examples: Examples, { batchSize = 250 }: { batchSize?: number } = {}): Promise<Evaluation> {
    check(examples)
    const activity: Activity = newActivity(network)
    const predictions = new Uint8Array(examples.count)
    let [lossSum, correct] = [0, 0]
    for (let from = 0, index = 0; from < examples.count; from += batchSize, index++) {
      const rows = range(from, Math.min(examples.count, from + batchSize))
      try {
        const batch = batchOf(examples, rows, evaluationStep + index, noProgress)
        const passes = forward(runtime, batch)
        const error = await outputError(runtime, passes.at(-1)!, batch.labels)
        await countActivity(runtime, activity)
        predictions.set(error.predictions, from)
        lossSum += error.loss * rows.length
        correct += error.correct
      } finally {
        runtime.endStep()
      }
    }
    return {
      loss: lossSum / examples.count,
      accuracy: correct / examples.count,
      predictions,
      density: density(activity),
      synapticOperations: synapticOperations(network, encoder.binary, activity),
    }
  }

  return {
    network,
    get backend() {
      return runtime.backend
    },
    train,
    evaluate,
    async observe(examples, look) {
      check(examples)
      try {
        const batch = batchOf(examples, range(0, examples.count), evaluationStep, noProgress)
        const states = (layer: Network['layers'][number]) =>
          Object.keys(layer.neuron.definition.state).map((state) => `state:${state}`)
        return await look(forward(runtime, batch, { keep: states }), runtime.backend)
      } finally {
        runtime.endStep()
      }
    },
    async use(backend) {
      const snapshot = await runtime.snapshot()
      await runtime.dispose()
      runtime = createRuntime({ network, backend, loss, seed, snapshot })
    },
    snapshot: () => runtime.snapshot(),
    dispose: () => runtime.dispose(),
  }
}
