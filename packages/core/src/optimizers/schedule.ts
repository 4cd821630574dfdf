import { HillockError } from '../errors.ts'

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

/** One factor for each epoch; the last one holds for those that follow. Errors: HILLOCK_OPTION where there is none. */
export function perEpoch(factors: readonly number[]): Schedule {
  if (factors.length === 0 || !factors.every((factor) => factor >= 0)) {
    const hint = 'give one factor from 0 for each epoch, such as [1, 0.5, 0.1]'
    throw new HillockError('HILLOCK_OPTION', `perEpoch([${factors.join(', ')}])`, { hint })
  }
  return { name: 'perEpoch', at: ({ epoch }) => factors[Math.min(epoch, factors.length - 1)] as number }
}

/**
 * Half a cosine from 1 down to `floor` at the end of training, after a linear rise over the first `warmup` steps (Loshchilov and
 * Hutter 2017). Errors: HILLOCK_OPTION.
 */
export function cosine({
  warmup = 0,
  floor = 0,
}: {
  readonly warmup?: number
  readonly floor?: number
} = {}): Schedule {
  if (!(warmup >= 0 && floor >= 0)) {
    const hint = 'neither can be negative'
    throw new HillockError('HILLOCK_OPTION', `cosine: a warm-up of ${warmup} steps and a floor of ${floor}`, { hint })
  }
  return {
    name: 'cosine',
    at({ step, steps }) {
      if (step < warmup) return (step + 1) / warmup
      const done = Math.min(1, (step - warmup) / Math.max(1, steps - warmup))
      return floor + ((1 - floor) * (1 + Math.cos(Math.PI * done))) / 2
    },
  }
}
