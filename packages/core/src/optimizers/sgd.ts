import { HillockError } from '../errors.ts'
import { checkOptions, is } from '../options.ts'
import { type Optimizer, type OptimizerText, optimizer } from './optimizer.ts'
import type { Schedule } from './schedule.ts'

export interface SgdOptions {
  readonly rate?: number
  /** Share of the velocity that lasts; 0: none is kept. */
  readonly momentum?: number
  /** Looks ahead along the velocity (Sutskever et al. 2013); takes momentum and no dampening. */
  readonly nesterov?: boolean
  /** Share of a gradient that does not enter the velocity, the first gradient excepted. */
  readonly dampening?: number
  /** Weight decay, as decay * weight added to the gradient. */
  readonly decay?: number
  readonly schedule?: Schedule
}

const plain: OptimizerText<'rate' | 'decay'> = {
  name: 'sgd',
  params: { rate: 0.01, decay: 0 },
  bounds: { rate: [0, Infinity], decay: [0, Infinity] },
  equations: `
    slope = gradient + decay * weight
    weight = weight - rate * slope
  `,
}

const withMomentum = (nesterov: boolean): OptimizerText<'rate' | 'decay' | 'momentum' | 'dampening'> => ({
  name: 'sgd',
  params: { ...plain.params, momentum: 0, dampening: 0 },
  bounds: { ...plain.bounds, momentum: [0, 1], dampening: [0, 1] },
  state: { velocity: 0 },
  equations: `
    slope = gradient + decay * weight
    share = where(step == 1, 1, 1 - dampening)
    velocity = momentum * velocity + share * slope
    weight = weight - rate * ${nesterov ? '(slope + momentum * velocity)' : 'velocity'}
  `,
})

const known = {
  rate: is.anything,
  momentum: is.number(0, 1),
  nesterov: is.flag,
  dampening: is.number(0, 1),
  decay: is.anything,
  schedule: is.anything,
}

/**
 * Stochastic gradient descent as in torch: the velocity is a sum of gradients and the rate multiplies it, where Keras sums steps
 * already multiplied; they differ only while the rate changes. Throws HILLOCK_OPTION if an option is wrong.
 */
export function sgd(options: SgdOptions = {}): Optimizer {
  checkOptions('sgd', options, known)
  const { momentum = 0, nesterov = false, dampening = 0, ...given } = options
  if (nesterov && !(momentum > 0 && dampening === 0)) {
    const hint = 'Nesterov momentum takes a momentum above 0 and no dampening'
    throw new HillockError('HILLOCK_OPTION', `sgd: momentum ${momentum}, dampening ${dampening}`, { hint })
  }
  return momentum === 0 ? optimizer(plain)(given) : optimizer(withMomentum(nesterov))({ momentum, dampening, ...given })
}
