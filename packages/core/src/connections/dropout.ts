import { checkOptions, checkValue, is } from '../options.ts'
import type { Connection, Dropped } from './connection.ts'

/** Options of `dropout`. */
export interface DropoutOptions {
  /**
   * How long the same values are dropped: 'example' for all of an example's time, 'step' to draw anew for each step.
   * @default 'example'
   */
  readonly each?: Dropped['each']
}

const isShare = (value: unknown) =>
  typeof value === 'number' && value >= 0 && value < 1 ? undefined : 'give a number from 0 on, below 1'

/**
 * In training, makes a `share` of the values that come in 0 and divides the others by 1 - share; afterwards, values go on as they are.
 * Training is what a learner does: evaluation, prediction and observation drop nothing. What is dropped follows from the seed of the session.
 * By default each example has a mask of its own, the same at every time step (Gal and Ghahramani 2016). Throws HILLOCK_OPTION if the share
 * is not in [0, 1), or if an option is unknown.
 *
 * @example
 * ```ts
 * import { dense, dropout, lif, sequential } from '@hillock/core'
 *
 * sequential(784, [dense(128), lif(), dropout(0.2), dense(10), lif()])
 * ```
 */
export function dropout(share: number, options: DropoutOptions = {}): Connection {
  checkValue('dropout', 'share', share, isShare)
  checkOptions('dropout', options, { each: is.oneOf('example', 'step') })
  const { each = 'example' } = options
  return {
    kind: 'dropout',
    text: `dropout ${share}${each === 'step' ? ' each step' : ''}`,
    weight: null,
    bias: null,
    connect: (from) => ({ to: from, weights: [], fans: { fanIn: 1, fanOut: 1 }, dropped: { share, each } }),
  }
}
