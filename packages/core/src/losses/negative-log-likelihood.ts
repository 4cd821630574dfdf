import { checkOptions, is } from '../options.ts'
import { crossEntropy } from './cross-entropy.ts'
import type { Loss } from './loss.ts'

/** Options of `negativeLogLikelihood`. */
export interface NegativeLogLikelihoodOptions {
  /**
   * The name of the recorded state.
   * @default 'v'
   */
  readonly on?: string
}

/**
 * Negative log-likelihood of the label under log-softmax of a recorded state's mean over time: cross-entropy on states, by its other name.
 * Throws HILLOCK_OPTION if an option is unknown.
 *
 * @example
 * ```ts
 * import { negativeLogLikelihood } from '@hillock/core/losses'
 *
 * negativeLogLikelihood({ on: 'v' })
 * ```
 */
export function negativeLogLikelihood(options: NegativeLogLikelihoodOptions = {}): Loss {
  checkOptions('negativeLogLikelihood', options, { on: is.text })
  return { ...crossEntropy({ on: options.on ?? 'v', reduce: 'mean' }), name: 'negativeLogLikelihood' }
}
