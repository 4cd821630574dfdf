import { type Neuron, type OptionsOf, shaped } from '../neuron.ts'
import { is } from '../options.ts'
import { fromRest } from './firing.ts'

/**
 * snnTorch's Alpha, a spike response model (Gerstner 1995): an input adds a difference of two exponentials to the membrane. The reset
 * comes one step after the spike and is a constant to the gradient; 'zero' drops both currents, the new input among them. A membrane
 * exactly at threshold does not fire.
 *
 * - `alpha`: what is left of the excitatory current after a step, above `beta` and below 1; 0.9.
 * - `beta`: what is left of the inhibitory current after a step, above 0 and below `alpha`; 0.8.
 * - `threshold`: what the membrane must pass, from 0, in units of the input; 1.
 * - `reset`: 'zero' (the default) or 'none'.
 *
 * States: the two currents, and `v`, the membrane before the reset for its own spike. Errors: HILLOCK_OPTION.
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

export type AlphaOptions = { readonly reset?: 'zero' | 'none' } & OptionsOf<
  'alpha' | 'beta' | 'threshold',
  'fired' | 'excitation' | 'inhibition' | 'scale' | 'v'
>
