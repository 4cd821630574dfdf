import type { Rule } from '../rule.ts'

/** Options of `supervised`. */
export interface SupervisedOptions {
  /** Learning rate, from 0 to 1. Default: 0.02. */
  readonly rate?: number
  /** Of the anti-Hebbian part. */
  readonly anti?: number
}

/**
 * Supervised Hebbian learning with a teacher's spikes: inputs that fire are tied to the outputs that fire, those that the teacher makes
 * fire among them, by `rate`; and untied by `anti` from outputs that fire for another class than the label's.
 */
export const supervised = ({ rate = 0.02, anti = 0.01 }: SupervisedOptions = {}): Rule => ({
  name: 'supervised',
  competes: true,
  step: { shrink: 0, right: rate, wrong: rate - anti, taught: rate },
})
