import { HillockError } from '../errors.ts'

/** A cost of firing too much or too little, for the neurons of a hidden layer. */
export interface FiringRate {
  readonly name: string
  /** `rates`: [N], spikes per step and sample, measured over `steps` steps and `size` samples. Signal: [N], the derivative of the penalty by each spike. */
  evaluate(
    rates: ArrayLike<number>,
    measured: { readonly steps: number; readonly size: number },
  ): { readonly penalty: number; readonly signal: Float64Array }
}

/**
 * Two-sided regularisation of firing rates (as in Zenke and Vogels 2021): strength * sum over neurons of
 * max(0, rate - high)^2 + max(0, low - rate)^2, with the rate averaged over time and batch. Errors: HILLOCK_OPTION.
 */
export function firingRate({
  low = 0,
  high = 1,
  strength = 1,
}: {
  /** Spikes per step below which a neuron is pushed to fire more. */
  readonly low?: number
  /** Spikes per step above which a neuron is held back. */
  readonly high?: number
  readonly strength?: number
}): FiringRate {
  if (!(low <= high && strength >= 0)) {
    const hint = 'low may not exceed high, nor strength be negative'
    throw new HillockError('HILLOCK_OPTION', `firingRate from ${low} to ${high}, strength ${strength}`, { hint })
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
