import { encode } from '../encoders/encode.ts'
import type { Encoder } from '../encoders/encoder.ts'
import { HillockError } from '../errors.ts'
import type { Learner } from '../learner.ts'
import type { Network } from '../network.ts'
import type { TrainingProgress } from '../optimizers/schedule.ts'
import { stream } from '../random/index.ts'
import type { Batch } from '../runtime/forward.ts'
import type { RuntimeControl } from '../runtime/runtime.ts'
import type { Examples } from './examples.ts'

/** What training and evaluation share. */
export interface Work {
  readonly network: Network
  readonly learner: Learner
  readonly encoder: Encoder
  /** Time steps T. */
  readonly steps: number
  readonly seed: number
  /** Another one after the backend was swapped. */
  runtime: RuntimeControl
  /** Epochs and batches trained so far. */
  epochsDone: number
  batchesDone: number
  /** Checks examples, each set of them once. */
  check(examples: Examples): void
}

/** Encodes some rows of the examples. The draws follow from the seed and `progress.step`; the tensors live until the step ends. */
export function batchOf(work: Work, examples: Examples, rows: ArrayLike<number>, progress: TrainingProgress): Batch {
  const { encoder, runtime, seed, steps } = work
  const { images, labels, features } = examples
  const size = rows.length
  const values = new Float32Array(size * features)
  for (let b = 0; b < size; b++)
    values.set(images.subarray(rows[b]! * features, (rows[b]! + 1) * features), b * features)
  const input = runtime.timed('encode', () => {
    const pixels = runtime.temporary([1, size, features])
    runtime.backend.write(pixels, values)
    const random = { seed, stream: stream.encoding, step: progress.step, place: 0 }
    const encoded = encode(runtime.backend, encoder, pixels, { steps, random })
    return encoded === pixels ? pixels : runtime.adopt(encoded)
  })
  return { input, labels: Uint8Array.from(rows, (row) => labels[row]!), steps, size, progress }
}

/** Errors: HILLOCK_OPTION unless it is a whole number from 1. */
export function checkPositive(what: string, value: number): void {
  if (Number.isSafeInteger(value) && value >= 1) return
  throw new HillockError('HILLOCK_OPTION', `the number of ${what} is ${value}`, { hint: 'give a whole number from 1' })
}
