import { type Check, checkOptions, is } from '../options.ts'
import { optionError } from '../refusals.ts'

/** A cost of firing too much or too little, for the neurons of a hidden layer. */
export interface FiringRate {
  /** Shown in messages. */
  readonly name: string
  /** `rates`: [N], spikes per step and sample, measured over `steps` steps and `size` samples. Signal: [N], the derivative of the penalty by each spike. */
  evaluate(
    rates: ArrayLike<number>,
    measured: { readonly steps: number; readonly size: number },
  ): { readonly penalty: number; readonly signal: Float64Array }
}

/** Options of `firingRate`. */
export interface FiringRateOptions {
  /**
   * Spikes per step below which a neuron is pushed to fire more, from 0.
   * @default 0
   */
  readonly low?: number
  /**
   * Spikes per step above which a neuron is held back. Infinity holds none back.
   * @default 1
   */
  readonly high?: number
  /**
   * What the penalty is multiplied by, from 0.
   * @default 1
   */
  readonly strength?: number
}

const orNone: Check = (value) => (value === Infinity ? undefined : is.number(0)(value))
const known = { low: is.number(0), high: orNone, strength: is.number(0) }

/**
 * Two-sided regularisation of firing rates (as in Zenke and Vogels 2021): strength * sum over neurons of
 * max(0, rate - high)^2 + max(0, low - rate)^2, with the rate averaged over time and batch. Throws HILLOCK_OPTION if an option is
 * unknown, `low` exceeds `high`, or `strength` is negative.
 *
 * @example
 * ```ts
 * import { firingRate } from '@hillock/core'
 *
 * // Between 1 and 20 spikes in 100 steps.
 * firingRate({ low: 0.01, high: 0.2, strength: 0.1 })
 * ```
 */
export function firingRate(options: FiringRateOptions = {}): FiringRate {
  checkOptions('firingRate', options, known)
  const { low = 0, high = 1, strength = 1 } = options
  if (low > high) {
    const hint = 'low may not exceed high'
    throw optionError(`firingRate from ${low} to ${high}`, hint)
  }
  return {
    name: 'firingRate',
    evaluate(rates, { steps, size }) {
      const signal = new Float64Array(rates.length)
      let penalty = 0
      for (let n = 0; n < rates.length; n++) {
        const rate = rates[n] as number
        const excess = Math.max(0, rate - high) - Math.max(0, low - rate)
        penalty += strength * excess * excess
        signal[n] = (2 * strength * excess) / (steps * size)
      }
      return { penalty, signal }
    },
  }
}
