import { checkOptions, is } from '../options.ts'
import { type Optimizer, type OptimizerOptions, optimizer } from './optimizer.ts'

type AdamParams = 'rate' | 'beta1' | 'beta2' | 'epsilon' | 'decay'

export type AdamOptions = OptimizerOptions<AdamParams> & {
  /** Divides by the largest second moment so far (Reddi et al. 2018). */
  readonly amsgrad?: boolean
  /**
   * Adds epsilon before the second moment is corrected for its start at 0: the "epsilon hat" of Kingma and Ba 2015, section 2, which
   * Keras takes (with epsilon 1e-7). Otherwise it is added after, as in their algorithm 1 and in torch.
   */
  readonly epsilonHat?: boolean
}

/** Kingma and Ba 2015, algorithm 1; `decay` * weight is added to the gradient, as in torch. Throws HILLOCK_OPTION if an option is wrong. */
export const adam = (options: AdamOptions = {}): Optimizer => make('adam', false, 0, options)

/** Adam with decoupled weight decay (Loshchilov and Hutter 2019): weights shrink by rate * `decay` per step. Default of `decay`: 0.01. */
export const adamW = (options: AdamOptions = {}): Optimizer => make('adamW', true, 0.01, options)

const known = {
  rate: is.anything,
  beta1: is.anything,
  beta2: is.anything,
  epsilon: is.anything,
  decay: is.anything,
  schedule: is.anything,
  amsgrad: is.flag,
  epsilonHat: is.flag,
}

function make(name: string, decoupled: boolean, decay: number, options: AdamOptions): Optimizer {
  checkOptions(name, options, known)
  const { amsgrad = false, epsilonHat = false, ...given } = options
  const made = optimizer<AdamParams>({
    name,
    params: { rate: 1e-3, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, decay },
    bounds: {
      rate: [0, Infinity],
      beta1: { from: 0, below: 1 },
      beta2: { from: 0, below: 1 },
      epsilon: [0, Infinity],
      decay: [0, Infinity],
    },
    state: amsgrad ? { m: 0, v: 0, peak: 0 } : { m: 0, v: 0 },
    equations: `
      ${decoupled ? 'weight = weight * (1 - rate * decay)' : ''}
      slope = ${decoupled ? 'gradient' : 'gradient + decay * weight'}
      m = beta1 * m + (1 - beta1) * slope
      v = beta2 * v + (1 - beta2) * (slope * slope)
      ${amsgrad ? 'peak = max(peak, v)' : ''}
      correction = sqrt(1 - beta2 ** step)
      size = rate / (1 - beta1 ** step)${epsilonHat ? ' * correction' : ''}
      spread = sqrt(${amsgrad ? 'peak' : 'v'})${epsilonHat ? '' : ' / correction'}
      weight = weight - size * (m / (spread + epsilon))
    `,
  })
  return made(given)
}
