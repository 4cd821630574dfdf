import { checkOptions, is } from '../options.ts'
import { optionError } from '../refusals.ts'
import type { LrSchedule } from './lr-schedule.ts'
import { type Optimizer, type OptimizerAliases, type OptimizerText, optimizer, withNewNames } from './optimizer.ts'

/** Options of `sgd`. */
export interface SgdOptions extends OptimizerAliases {
  /**
   * The learning rate, from 0.
   * @default 0.01
   */
  readonly learningRate?: number
  /**
   * Share of the velocity that lasts a step, from 0 to 1; at 0 no velocity is kept.
   * @default 0
   */
  readonly momentum?: number
  /**
   * Looks ahead along the velocity (Sutskever et al. 2013). Takes momentum and no dampening.
   * @default false
   */
  readonly nesterov?: boolean
  /**
   * Share of a gradient that does not enter the velocity, from 0 to 1. The first gradient enters it whole.
   * @default 0
   */
  readonly dampening?: number
  /**
   * Weight decay, from 0: decay * weight is added to the gradient.
   * @default 0
   */
  readonly decay?: number
  /** How the learning rate changes in the course of training, such as `cosine()`. By default it stays the same. */
  readonly lrSchedule?: LrSchedule
}

const plain: OptimizerText<'learningRate' | 'decay'> = {
  name: 'sgd',
  params: { learningRate: 0.01, decay: 0 },
  bounds: { learningRate: [0, Infinity], decay: [0, Infinity] },
  equations: `
    slope = gradient + decay * weight
    weight = weight - learningRate * slope
  `,
}

const withMomentum = (nesterov: boolean): OptimizerText<'learningRate' | 'decay' | 'momentum' | 'dampening'> => ({
  name: 'sgd',
  params: { ...plain.params, momentum: 0, dampening: 0 },
  bounds: { ...plain.bounds, momentum: [0, 1], dampening: [0, 1] },
  state: { velocity: 0 },
  equations: `
    slope = gradient + decay * weight
    share = where(step == 1, 1, 1 - dampening)
    velocity = momentum * velocity + share * slope
    weight = weight - learningRate * ${nesterov ? '(slope + momentum * velocity)' : 'velocity'}
  `,
})

const known = {
  learningRate: is.anything,
  momentum: is.number(0, 1),
  nesterov: is.flag,
  dampening: is.number(0, 1),
  decay: is.anything,
  lrSchedule: is.anything,
}

/**
 * Stochastic gradient descent as in torch: the velocity is a sum of gradients and the learning rate multiplies it, where Keras sums steps
 * already multiplied; they differ only while the learning rate changes. Throws HILLOCK_OPTION if an option is unknown, a value is out of its range,
 * or `nesterov` comes without momentum or with dampening.
 *
 * @example
 * ```ts
 * import { sgd } from '@hillock/core'
 *
 * sgd({ learningRate: 0.05, momentum: 0.9, nesterov: true })
 * ```
 */
export function sgd(options: SgdOptions = {}): Optimizer {
  const current = withNewNames('sgd', options)
  checkOptions('sgd', current, known)
  const { momentum = 0, nesterov = false, dampening = 0, ...given } = current
  if (nesterov && !(momentum > 0 && dampening === 0)) {
    const hint = 'Nesterov momentum takes a momentum above 0 and no dampening'
    throw optionError(`sgd: momentum ${momentum}, dampening ${dampening}`, hint)
  }
  return momentum === 0 ? optimizer(plain)(given) : optimizer(withMomentum(nesterov))({ momentum, dampening, ...given })
}
