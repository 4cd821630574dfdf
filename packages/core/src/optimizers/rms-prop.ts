import type { LrSchedule } from './lr-schedule.ts'
import { type Optimizer, type OptimizerAliases, optimizer } from './optimizer.ts'

/** Options of `rmsProp`. */
export interface RmsPropOptions extends OptimizerAliases {
  /**
   * The learning rate, from 0.
   * @default 0.01
   */
  readonly learningRate?: number
  /**
   * What is left of the mean squared gradient after a step, from 0 and below 1: torch's alpha.
   * @default 0.99
   */
  readonly smoothing?: number
  /**
   * Added to the root of the mean squared gradient, from 0.
   * @default 1e-8
   */
  readonly epsilon?: number
  /**
   * Weight decay, from 0: decay * weight is added to the gradient.
   * @default 0
   */
  readonly decay?: number
  /** How the learning rate changes in the course of training, such as `cosine()`. By default it stays the same. */
  readonly lrSchedule?: LrSchedule
}

const make = optimizer<'smoothing' | 'epsilon' | 'decay'>({
  name: 'rmsProp',
  params: { learningRate: 0.01, smoothing: 0.99, epsilon: 1e-8, decay: 0 },
  bounds: {
    learningRate: [0, Infinity],
    smoothing: { from: 0, below: 1 },
    epsilon: [0, Infinity],
    decay: [0, Infinity],
  },
  state: { v: 0 },
  equations: `
    slope = gradient + decay * weight
    v = smoothing * v + (1 - smoothing) * (slope * slope)
    weight = weight - learningRate * (slope / (sqrt(v) + epsilon))
  `,
})

/**
 * Gradients divided by their running root mean square (Hinton 2012), epsilon and weight decay as in torch. Throws HILLOCK_OPTION if an
 * option is unknown or a value is out of its range.
 *
 * @example
 * ```ts
 * import { rmsProp } from '@hillock/core/optimizers'
 *
 * rmsProp({ learningRate: 1e-3, smoothing: 0.9 })
 * ```
 */
export const rmsProp = (options: RmsPropOptions = {}): Optimizer => make(options)
