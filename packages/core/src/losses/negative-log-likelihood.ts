import { crossEntropy } from './cross-entropy.ts'
import type { Loss } from './loss.ts'

/** Negative log-likelihood of the label under log-softmax of a recorded state's mean over time: cross-entropy on states, by its other name. */
export const negativeLogLikelihood = ({ on = 'v' }: { readonly on?: string } = {}): Loss => ({
  ...crossEntropy({ on, reduce: 'mean' }),
  name: 'negativeLogLikelihood',
})
