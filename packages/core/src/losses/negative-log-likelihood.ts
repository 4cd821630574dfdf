import { checkOptions, is } from '../options.ts'
import { crossEntropy } from './cross-entropy.ts'
import type { Loss } from './loss.ts'

/**
 * Negative log-likelihood of the label under log-softmax of a recorded state's mean over time: cross-entropy on states, by its other name.
 * `on`: the name of the state; default: 'v'. Throws HILLOCK_OPTION for another option.
 */
export function negativeLogLikelihood(options: { readonly on?: string } = {}): Loss {
  checkOptions('negativeLogLikelihood', options, { on: is.text })
  return { ...crossEntropy({ on: options.on ?? 'v', reduce: 'mean' }), name: 'negativeLogLikelihood' }
}
