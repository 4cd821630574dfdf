import { type Check, checkOptions, checkValue, is } from '../options.ts'

/** Where training stands: updates and epochs done so far, and in all. */
export interface TrainingProgress {
  /** Optimizer steps made so far, in all epochs. */
  readonly update: number
  /** Optimizer steps that training makes in all. */
  readonly updates: number
  /** Epochs done so far. */
  readonly epoch: number
  /** Epochs that training makes in all. */
  readonly epochs: number
}

/** How the learning rate changes in the course of training. */
export interface LrSchedule {
  /** What tells it from others, such as 'cosine'. */
  readonly name: string
  /** What the optimizer's own learning rate is multiplied by in the update about to be made. */
  at(progress: TrainingProgress): number
}

const areFactors: Check = (value) =>
  Array.isArray(value) && value.length > 0 && value.every((factor) => is.number(0)(factor) === undefined)
    ? undefined
    : 'give one factor from 0 for each epoch, such as [1, 0.5, 0.1]'

/**
 * One factor for each epoch; the last one holds for those that follow. Throws HILLOCK_OPTION if there are none, or if one is not a number
 * from 0.
 *
 * @example
 * ```ts
 * import { adam } from '@hillock/core'
 * import { perEpoch } from '@hillock/core/optimizers'
 *
 * adam({ learningRate: 1e-3, lrSchedule: perEpoch([1, 1, 0.1]) })
 * ```
 */
export function perEpoch(factors: readonly number[]): LrSchedule {
  checkValue('perEpoch', 'factors', factors, areFactors)
  return { name: 'perEpoch', at: ({ epoch }) => factors[Math.min(epoch, factors.length - 1)] as number }
}

/** Options of `cosine`. */
export interface CosineOptions {
  /**
   * Optimizer steps over which the learning rate rises first: a whole number from 0.
   * @default 0
   */
  readonly warmup?: number
  /**
   * The factor at the end, from 0 to 1.
   * @default 0
   */
  readonly floor?: number
}

/**
 * Half a cosine from 1 down to `floor` at the end of training, after a linear rise over the first `warmup` steps (Loshchilov and
 * Hutter 2017). Throws HILLOCK_OPTION if an option is unknown or a number is out of its range.
 *
 * @example
 * ```ts
 * import { cosine, sgd } from '@hillock/core'
 *
 * sgd({ learningRate: 0.1, momentum: 0.9, lrSchedule: cosine({ warmup: 100, floor: 0.01 }) })
 * ```
 */
export function cosine(options: CosineOptions = {}): LrSchedule {
  checkOptions('cosine', options, { warmup: is.whole(0), floor: is.number(0, 1) })
  const { warmup = 0, floor = 0 } = options
  return {
    name: 'cosine',
    at({ update, updates }) {
      if (update < warmup) return (update + 1) / warmup
      const done = Math.min(1, (update - warmup) / Math.max(1, updates - warmup))
      return floor + ((1 - floor) * (1 + Math.cos(Math.PI * done))) / 2
    },
  }
}
