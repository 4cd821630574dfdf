import type { ParamValue } from '../kernel.ts'
import { type Neuron, type NeuronOptions, shaped } from '../neuron.ts'
import { is } from '../options.ts'
import { fromRest } from './firing.ts'

/** Options of `alpha`. */
export interface AlphaOptions
  extends NeuronOptions<'alpha' | 'beta' | 'threshold', 'fired' | 'excitation' | 'inhibition' | 'scale' | 'v'> {
  /**
   * What a spike does to both currents: 'zero' sets them to 0, and drops the new input too; 'none' leaves them alone.
   * @default 'zero'
   */
  readonly reset?: 'zero' | 'none'
  /**
   * What is left of the excitatory current after a step, above `beta` and below 1.
   * @default 0.9
   */
  readonly alpha?: ParamValue
  /**
   * What is left of the inhibitory current after a step, above 0 and below `alpha`.
   * @default 0.8
   */
  readonly beta?: ParamValue
  /**
   * What the membrane has to pass, from 0, in units of the input.
   * @default 1
   */
  readonly threshold?: ParamValue
}

/**
 * snnTorch's Alpha, a spike response model (Gerstner 1995): an input adds a difference of two exponentials to the membrane. The reset
 * comes one step after the spike and is a constant to the gradient. A membrane exactly at threshold does not fire.
 *
 * States: the two currents `excitation` and `inhibition`, and `v`, the membrane before the reset for its own spike. Throws HILLOCK_OPTION
 * if an option is unknown, a value is out of its range, or `alpha` is not above `beta`.
 *
 * @example
 * ```ts
 * import { dense, sequential } from '@hillock/core'
 * import { alpha } from '@hillock/core/neurons'
 *
 * sequential(784, [dense(10), alpha({ alpha: 0.9, beta: 0.7, record: ['v'] })])
 * ```
 */
export function alpha(options: AlphaOptions = {}): Neuron {
  const left = { zero: (current: string) => `where(fired, 0, ${current})`, none: (current: string) => current }
  const resets = { reset: is.oneOf('zero', 'none') }
  return shaped(options, resets, ({ reset = 'zero' }: Pick<AlphaOptions, 'reset'>) => ({
    name: 'alpha',
    params: { alpha: 0.9, beta: 0.8, threshold: 1 },
    bounds: { alpha: { above: 'beta', below: 1 }, beta: { above: 0, below: 'alpha' }, threshold: fromRest },
    state: { excitation: 0, inhibition: 0, v: 0 },
    equations: `
    fired = detach(heaviside(v - threshold))
    excitation = ${left[reset]('alpha * excitation + input')}
    inhibition = ${left[reset]('beta * inhibition - input')}
    scale = log(alpha) / (log(beta) - log(alpha)) + 1
    v = scale * (excitation + inhibition)
    spike = heaviside(v - threshold)`,
  }))
}
