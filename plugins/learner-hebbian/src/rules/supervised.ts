import type { Active } from '../lazy-weights.ts'
import type { Rule } from '../rule.ts'

export interface SupervisedOptions {
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
  step({ weights }, { pre, post, label, taught }) {
    for (let i = post.from; i < post.to; i++) {
      const unit = post.index[i]!
      weights.add(unit, pre, unit === label ? rate : rate - anti)
    }
    if (taught && !includes(post, label)) weights.add(label, pre, rate)
  },
})

function includes({ index, from, to }: Active, neuron: number): boolean {
  for (let i = from; i < to; i++) if (index[i] === neuron) return true
  return false
}
