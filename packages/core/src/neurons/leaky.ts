import { type Neuron, neuron, type OptionsOf } from '../neuron.ts'
import { chosen } from './firing.ts'

/**
 * snnTorch's Leaky (Eshraghian et al. 2023): leaky integrate-and-fire whose reset comes one step after its spike and is a
 * constant to the gradient. 'zero' drops the old membrane and keeps the new input. A membrane exactly at threshold does not fire.
 *
 * - `beta`: what is left of the membrane after a step, clipped to [0, 1]; 0.9.
 * - `threshold`: what the membrane must pass, in units of the input; 1.
 * - `reset`: 'subtract' (the threshold; the default), 'zero' or 'none'.
 *
 * State `v` is the membrane before the reset for its own spike, as snnTorch returns it. Errors: HILLOCK_OPTION.
 */
export function leaky({ reset = 'subtract', ...options }: LeakyOptions = {}): Neuron {
  const integrate = {
    subtract: 'decay * v + input - threshold * fired',
    zero: 'decay * where(fired, 0, v) + input',
    none: 'decay * v + input',
  }
  return neuron({
    name: 'leaky',
    params: { beta: 0.9, threshold: 1 },
    state: { v: 0 },
    // At the ends of the range the gradient still reaches beta, as it does through torch's clamp.
    equations: `
    decay = min(1, max(0, beta))
    fired = detach(heaviside(v - threshold))
    v = ${chosen('reset', reset, integrate)}
    spike = heaviside(v - threshold)`,
  })(options)
}

export type LeakyOptions = { readonly reset?: 'subtract' | 'zero' | 'none' } & OptionsOf<'beta' | 'threshold'>
