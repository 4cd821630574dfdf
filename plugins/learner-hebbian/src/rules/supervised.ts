import type { Rule } from '../rule.ts'

/** Options of `supervised`. */
export interface SupervisedOptions {
  /** Learning rate, from 0 to 1. Default: 0.02. */
  readonly learningRate?: number
  /** Learning rate of the anti-Hebbian part, from 0 to 1. Default: 0.01. */
  readonly antiHebbianRate?: number
}

/**
 * Supervised Hebbian learning with a teacher's spikes: inputs that fire are tied to the outputs that fire, those that the teacher makes
 * fire among them, by `learningRate`; and untied by `antiHebbianRate` from outputs that fire for another class than the label's.
 */
export const supervised = ({ learningRate = 0.02, antiHebbianRate = 0.01 }: SupervisedOptions = {}): Rule => ({
  name: 'supervised',
  competes: true,
  step: { shrink: 0, right: learningRate, wrong: learningRate - antiHebbianRate, taught: learningRate },
})
