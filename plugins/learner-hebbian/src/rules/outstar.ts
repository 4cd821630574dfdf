import type { Rule } from '../rule.ts'

/** Options of `outstar`. */
export interface OutstarOptions {
  /** How much the newest presentation weighs; the n-th time an input fires it is at least 1/n. */
  readonly learningRate?: number
  /** Probabilities below this count as this much: how far one input may rule a class out. */
  readonly floor?: number
}

/**
 * Grossberg's outstar (1976) as a readout: whenever input i fires in a presentation, its estimate of each class moves towards the
 * teacher, P_ic += learningRate * (teacher_c - P_ic). The weights are log(P_ic + floor), so that adding them up over spikes, with neurons that
 * pass on their input, gives the log-likelihood of a class under independent inputs.
 */
export const outstar = ({ learningRate = 0.02, floor = 0.02 }: OutstarOptions = {}): Rule => ({
  name: 'outstar',
  competes: false,
  end({ weights, winCountsBelow }, { pre, label }) {
    for (let i = 0; i < pre.length; i++) {
      const input = pre.fired[i]!
      const now = winCountsBelow === undefined ? learningRate : Math.max(learningRate, 1 / winCountsBelow[input]!)
      for (let unit = 0; unit < weights.units; unit++) {
        const before = weights.at(input, unit)
        const probability = Math.exp(before) - floor
        const after = Math.log(probability + now * ((unit === label ? 1 : 0) - probability) + floor)
        weights.addOne(input, unit, after - before)
      }
    }
  },
})
