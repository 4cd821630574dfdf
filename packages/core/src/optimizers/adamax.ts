import type { LrSchedule } from './lr-schedule.ts'
import { type Optimizer, type OptimizerAliases, optimizer } from './optimizer.ts'

/** Options of `adamax`. */
export interface AdamaxOptions extends OptimizerAliases {
  /**
   * The learning rate, from 0.
   * @default 0.002
   */
  readonly learningRate?: number
  /**
   * What is left of the mean gradient after a step, from 0 and below 1.
   * @default 0.9
   */
  readonly beta1?: number
  /**
   * What is left of the largest gradient after a step, from 0 and below 1.
   * @default 0.999
   */
  readonly beta2?: number
  /**
   * Added to the size of a gradient, from 0.
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

const make = optimizer<'beta1' | 'beta2' | 'epsilon' | 'decay'>({
  name: 'adamax',
  params: { learningRate: 2e-3, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, decay: 0 },
  bounds: {
    learningRate: [0, Infinity],
    beta1: { from: 0, below: 1 },
    beta2: { from: 0, below: 1 },
    epsilon: [0, Infinity],
    decay: [0, Infinity],
  },
  state: { m: 0, u: 0 },
  equations: `
    slope = gradient + decay * weight
    m = beta1 * m + (1 - beta1) * slope
    u = max(beta2 * u, abs(slope) + epsilon)
    weight = weight - learningRate / (1 - beta1 ** step) * (m / u)
  `,
})

/**
 * Adam with the largest gradient in place of their mean square (Kingma and Ba 2015, section 7.1), epsilon and weight decay as in torch.
 * Throws HILLOCK_OPTION if an option is unknown or a value is out of its range.
 *
 * @example
 * ```ts
 * import { adamax } from '@hillock/core/optimizers'
 *
 * adamax({ learningRate: 1e-3 })
 * ```
 */
export const adamax = (options: AdamaxOptions = {}): Optimizer => make(options)
