import { type Check, checkOptions, checkValue, is } from '../options.ts'

/** Where training stands: steps and epochs done so far, and in all. */
export interface TrainingProgress {
  readonly step: number
  readonly steps: number
  readonly epoch: number
  readonly epochs: number
}

/** How the learning rate changes in the course of training. */
export interface Schedule {
  readonly name: string
  /** What the optimizer's own rate is multiplied by in the step about to be made. */
  at(progress: TrainingProgress): number
}

const areFactors: Check = (value) =>
  Array.isArray(value) && value.length > 0 && value.every((factor) => is.number(0)(factor) === undefined)
    ? undefined
    : 'give one factor from 0 for each epoch, such as [1, 0.5, 0.1]'

/** One factor for each epoch; the last one holds for those that follow. Throws HILLOCK_OPTION unless they are numbers from 0, at least one. */
export function perEpoch(factors: readonly number[]): Schedule {
  checkValue('perEpoch', 'factors', factors, areFactors)
  return { name: 'perEpoch', at: ({ epoch }) => factors[Math.min(epoch, factors.length - 1)] as number }
}

export interface CosineOptions {
  /** Steps over which the rate rises first, a whole number. Default: 0. */
  readonly warmup?: number
  /** The factor at the end, from 0 to 1. Default: 0. */
  readonly floor?: number
}

/**
 * Half a cosine from 1 down to `floor` at the end of training, after a linear rise over the first `warmup` steps (Loshchilov and
 * Hutter 2017). Throws HILLOCK_OPTION for an unknown option or a number out of its range.
 */
export function cosine(options: CosineOptions = {}): Schedule {
  checkOptions('cosine', options, { warmup: is.whole(0), floor: is.number(0, 1) })
  const { warmup = 0, floor = 0 } = options
  return {
    name: 'cosine',
    at({ step, steps }) {
      if (step < warmup) return (step + 1) / warmup
      const done = Math.min(1, (step - warmup) / Math.max(1, steps - warmup))
      return floor + ((1 - floor) * (1 + Math.cos(Math.PI * done))) / 2
    },
  }
}
