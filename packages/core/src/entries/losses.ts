/**
 * Losses: from what the last layer gives out, and the targets, to a number and its derivative.
 * @module
 */

export { type CrossEntropyOptions, crossEntropy, type Reduce } from '../losses/cross-entropy.ts'
export { type FiringRate, type FiringRateOptions, firingRate } from '../losses/firing-rate.ts'
export type { Evaluated, Loss, LossShape } from '../losses/loss.ts'
export { type MeanSquaredErrorOptions, meanSquaredError } from '../losses/mean-squared-error.ts'
export { type NegativeLogLikelihoodOptions, negativeLogLikelihood } from '../losses/negative-log-likelihood.ts'
export type { Targets } from '../losses/targets.ts'
