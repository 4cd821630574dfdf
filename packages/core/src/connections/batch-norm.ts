import { checkOptions, is } from '../options.ts'
import type { Connection } from './connection.ts'

/** Options of `batchNorm`. */
export interface BatchNormOptions {
  /**
   * How far currents spread at first: what the scales of channels start at, above 0. The neurons' threshold makes it
   * threshold-dependent batch norm (tdBN; Zheng et al. 2021).
   * @default 1
   */
  readonly threshold?: number
  /**
   * Statistics, scales and shifts of their own for each of so many time steps (BNTT; Kim and Panda 2021); the network is then run for no
   * more. By default those of all of time together.
   */
  readonly steps?: number
  /**
   * Whether there are shifts.
   * @default true
   */
  readonly bias?: boolean
  /**
   * The share of a batch in the running statistics, from 0 to 1.
   * @default 0.1
   */
  readonly momentum?: number
  /**
   * Added to variances, above 0.
   * @default 1e-5
   */
  readonly epsilon?: number
}

/**
 * Batch norm through time: y = weight (x - mean) / sqrt(variance + epsilon) + bias, by channel. In training, mean and variance are those of the
 * batch, over samples, places and time, as torch.nn.BatchNorm2d takes them of [T * B, C, H, W]. Elsewhere running ones are used, which are saved with
 * the weights: `layer1.norm.mean` and `layer1.norm.variance`. The variance is the biased one, that of the running ones the unbiased one (Ioffe and
 * Szegedy 2015). It stands behind the connection whose currents it takes: `[conv2d(12, 5, { bias: false }), batchNorm(), lif()]`.
 *
 * Throws HILLOCK_OPTION if an option is unknown or wrong. A network with it throws HILLOCK_SHAPE if a channel has a single value in training or
 * if it is run for more than `steps`, and HILLOCK_UNSUPPORTED if training runs one part of the time after another.
 *
 * @example
 * ```ts
 * import { batchNorm, conv2d, dense, lif, sequential } from '@hillock/core'
 *
 * sequential([28, 28, 1], [conv2d(12, 5, { bias: false }), batchNorm({ threshold: 1 }), lif(), dense(10), lif()])
 * ```
 */
export function batchNorm(options: BatchNormOptions = {}): Connection {
  checkOptions('batchNorm', options, {
    threshold: is.above(0),
    steps: is.whole(1),
    bias: is.flag,
    momentum: is.number(0, 1),
    epsilon: is.above(0),
  })
  const { threshold = 1, steps, bias = true, momentum = 0.1, epsilon = 1e-5 } = options
  return {
    kind: 'batchNorm',
    weight: { constant: threshold },
    bias: bias ? 'zeros' : null,
    connect(from) {
      const channels = from.at(-1)!
      const weights = steps === undefined ? [channels] : [steps, channels]
      return { to: from, weights, fans: { fanIn: 1, fanOut: 1 }, normalized: { steps, momentum, epsilon } }
    },
  }
}
