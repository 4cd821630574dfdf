import type { LazyWeights } from '../lazy-weights.ts'
import type { Rule } from '../rule.ts'
import { lengthOf, type SpikeCounts } from '../spike-counts.ts'

/** Options of `instar`. */
export interface InstarOptions {
  /** Learning rate, from 0 to 1. Default: 0.1. */
  readonly learningRate?: number
  /** The learning rate at the end of training, reached in equal ratios. Default: `learningRate`. */
  readonly finalLearningRate?: number
}

/**
 * Grossberg's instar (1976), competitive learning on spike counts: a neuron that fired in a presentation turns towards what it was
 * shown, w += learningRate * (x / |x| - w), and keeps unit length. It starts fast: the n-th time a neuron fires the rate is at least 1/n.
 */
export const instar = ({ learningRate = 0.1, finalLearningRate = learningRate }: InstarOptions = {}): Rule => ({
  name: 'instar',
  competes: true,
  end({ weights, winCounts }, { pre, post, progress }) {
    const now = learningRate * (finalLearningRate / learningRate) ** progress
    for (let i = 0; i < post.length; i++) {
      const unit = post.fired[i]!
      turn(weights, unit, pre, Math.max(now, 1 / winCounts[unit]!))
    }
  },
})

/** Turns a neuron's weights towards the direction of what it was shown; with rate 1 it takes the imprint. */
export function turn(weights: LazyWeights, unit: number, shown: SpikeCounts, rate: number): void {
  const length = lengthOf(shown)
  if (length === 0) return
  weights.scale(unit, 1 - rate)
  for (let i = 0; i < shown.length; i++) {
    const input = shown.fired[i]!
    weights.addOne(input, unit, (rate * shown.counts[input]!) / length)
  }
  weights.normalize(unit, 0)
}
