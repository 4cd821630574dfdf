import { checkOptions, is } from '../options.ts'
import type { LrSchedule } from './lr-schedule.ts'
import { type Optimizer, type OptimizerAliases, optimizer, withNewNames } from './optimizer.ts'

type AdamParams = 'learningRate' | 'beta1' | 'beta2' | 'epsilon' | 'decay'

/** Options of `adam` and `adamW`. */
export interface AdamOptions extends OptimizerAliases {
  /**
   * The learning rate, from 0.
   * @default 0.001
   */
  readonly learningRate?: number
  /**
   * What is left of the mean gradient after a step, from 0 and below 1.
   * @default 0.9
   */
  readonly beta1?: number
  /**
   * What is left of the mean squared gradient after a step, from 0 and below 1.
   * @default 0.999
   */
  readonly beta2?: number
  /**
   * Added to the root of the mean squared gradient, from 0.
   * @default 1e-8
   */
  readonly epsilon?: number
  /**
   * Weight decay, from 0. `adam` adds decay * weight to the gradient; in `adamW` weights shrink by learningRate * decay a step. Default:
   * 0 for `adam`, 0.01 for `adamW`.
   */
  readonly decay?: number
  /** How the learning rate changes in the course of training, such as `cosine()`. By default it stays the same. */
  readonly lrSchedule?: LrSchedule
  /**
   * Divides by the largest second moment so far (Reddi et al. 2018).
   * @default false
   */
  readonly amsgrad?: boolean
  /**
   * Adds epsilon before the second moment is corrected for its start at 0: the "epsilon hat" of Kingma and Ba 2015, section 2, which
   * Keras takes (with epsilon 1e-7). Otherwise it is added after, as in their algorithm 1 and in torch.
   * @default false
   */
  readonly epsilonHat?: boolean
}

/**
 * Kingma and Ba 2015, algorithm 1; `decay` * weight is added to the gradient, as in torch. Throws HILLOCK_OPTION if an option is unknown
 * or a value is out of its range.
 *
 * @example
 * ```ts
 * import { adam, cosine } from '@hillock/core'
 *
 * adam({ learningRate: 2e-3, lrSchedule: cosine({ warmup: 100 }) })
 * ```
 */
export const adam = (options: AdamOptions = {}): Optimizer => make('adam', false, 0, options)

/**
 * Adam with decoupled weight decay (Loshchilov and Hutter 2019): weights shrink by `learningRate` * `decay` a step. Throws HILLOCK_OPTION if an
 * option is unknown or a value is out of its range.
 *
 * @example
 * ```ts
 * import { adamW } from '@hillock/core/optimizers'
 *
 * adamW({ learningRate: 1e-3, decay: 0.05 })
 * ```
 */
export const adamW = (options: AdamOptions = {}): Optimizer => make('adamW', true, 0.01, options)

const known = {
  learningRate: is.anything,
  beta1: is.anything,
  beta2: is.anything,
  epsilon: is.anything,
  decay: is.anything,
  lrSchedule: is.anything,
  amsgrad: is.flag,
  epsilonHat: is.flag,
}

function make(name: string, decoupled: boolean, decay: number, options: AdamOptions): Optimizer {
  const current = withNewNames(name, options)
  checkOptions(name, current, known)
  const { amsgrad = false, epsilonHat = false, ...given } = current
  const made = optimizer<AdamParams>({
    name,
    params: { learningRate: 1e-3, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, decay },
    bounds: {
      learningRate: [0, Infinity],
      beta1: { from: 0, below: 1 },
      beta2: { from: 0, below: 1 },
      epsilon: [0, Infinity],
      decay: [0, Infinity],
    },
    state: amsgrad ? { m: 0, v: 0, peak: 0 } : { m: 0, v: 0 },
    equations: `
      ${decoupled ? 'weight = weight * (1 - learningRate * decay)' : ''}
      slope = ${decoupled ? 'gradient' : 'gradient + decay * weight'}
      m = beta1 * m + (1 - beta1) * slope
      v = beta2 * v + (1 - beta2) * (slope * slope)
      ${amsgrad ? 'peak = max(peak, v)' : ''}
      correction = sqrt(1 - beta2 ** step)
      size = learningRate / (1 - beta1 ** step)${epsilonHat ? ' * correction' : ''}
      spread = sqrt(${amsgrad ? 'peak' : 'v'})${epsilonHat ? '' : ' / correction'}
      weight = weight - size * (m / (spread + epsilon))
    `,
  })
  return made(given)
}
