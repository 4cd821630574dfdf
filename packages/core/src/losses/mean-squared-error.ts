import { wholeSteps } from '../counts.ts'
import { checkOptions, is } from '../options.ts'
import {
  checkLossInput,
  checkTakesTargets,
  checkTargetInput,
  type Evaluated,
  type Loss,
  type LossShape,
} from './loss.ts'
import { isTargets, type Targets } from './targets.ts'

/** Options of `meanSquaredError`. */
export interface MeanSquaredErrorOptions {
  /**
   * What is compared: 'spike', or the name of a recorded state such as 'v'.
   * @default 'spike'
   */
  readonly on?: string
  /** 'sum' compares spike counts, 'each' the values at every step. Default: 'sum' for spikes, 'each' for states. */
  readonly reduce?: 'sum' | 'each'
  /**
   * What the output of the label should give at each step: a firing rate, or a membrane.
   * @default 1
   */
  readonly correct?: number
  /**
   * What the other outputs should give at each step.
   * @default 0
   */
  readonly incorrect?: number
}

/**
 * Squared distance from a target for the right output and one for the others, averaged over batch and classes.
 *
 * 'sum': the target is a number of spikes, steps * rate rounded down (0.29 of 100 steps are 29), and the loss is divided by the steps (snnTorch's
 * `mse_count_loss`). 'each': averaged over the steps (`mse_membrane_loss`). Scores: the sum over time.
 *
 * 'each' also takes targets, values that the outputs should give: the squared error is averaged over the outputs, over the steps of an example that
 * count, and over the batch. Throws HILLOCK_OPTION if an option is unknown or a value is none that it takes.
 *
 * @example
 * ```ts
 * import { meanSquaredError } from '@hillock/core'
 *
 * meanSquaredError({ correct: 0.8, incorrect: 0.2 }) // of firing rates
 * meanSquaredError({ on: 'v', reduce: 'each' }) // of membranes, or with targets
 * ```
 */
export function meanSquaredError(options: MeanSquaredErrorOptions = {}): Loss {
  const known = { on: is.text, reduce: is.oneOf('sum', 'each'), correct: is.number(), incorrect: is.number() }
  checkOptions('meanSquaredError', options, known)
  const { on = 'spike', correct = 1, incorrect = 0 } = options
  const { reduce = on === 'spike' ? 'sum' : 'each' } = options
  return {
    name: 'meanSquaredError',
    reads: on,
    over: reduce === 'sum' ? 'sum' : 'steps',
    each: reduce === 'each',
    targets: reduce === 'each',
    options: { on, reduce, correct, incorrect },
    evaluate(values, labels, shape) {
      const { steps, batch, classes } = shape
      const size = batch * classes
      if (isTargets(labels)) {
        checkTakesTargets(this)
        return squaredError(values, labels, shape)
      }
      checkLossInput('meanSquaredError', values, labels, shape, reduce === 'sum' ? size : steps * size)
      const [right, wrong] =
        reduce === 'sum' ? [wholeSteps(steps * correct), wholeSteps(steps * incorrect)] : [correct, incorrect]
      const weight = 1 / (steps * size)
      const signal = new Float64Array(values.length)
      const scores = new Float64Array(size)
      let loss = 0
      for (let i = 0; i < values.length; i++) {
        const within = i % size
        const label = labels[Math.floor(within / classes)] as number
        const error = (values[i] as number) - (within % classes === label ? right : wrong)
        loss += weight * error * error
        signal[i] = 2 * weight * error
        scores[within]! += values[i] as number
      }
      return { loss, signal, scores }
    },
  }
}

/** The error of values [T, B, C] against targets, each step by its weight. */
function squaredError(values: ArrayLike<number>, targets: Targets, shape: LossShape): Evaluated {
  checkTargetInput('meanSquaredError', values, targets, shape)
  const { steps, batch, classes } = shape
  const size = batch * classes
  const still = targets.values.length === size
  const signal = new Float64Array(values.length)
  const scores = new Float64Array(size)
  let loss = 0
  for (let i = 0; i < values.length; i++) {
    const [t, within] = [Math.floor(i / size), i % size]
    const [b, c] = [Math.floor(within / classes), within % classes]
    const weight = (targets.weights?.[b * steps + t] ?? 1) / steps
    const error = values[i]! - targets.values[still ? within : (b * steps + t) * classes + c]!
    loss += (weight / size) * error * error
    signal[i] = 2 * (weight / size) * error
    scores[within]! += values[i]!
  }
  return { loss, signal, scores }
}
