import { type Neuron, type OptionsOf, shaped } from '../neuron.ts'
import { type Firing, firing, firingOptions, fromRest, share } from './firing.ts'

/**
 * Leaky integrate-and-fire, fired and reset within the step (Gerstner, Kistler, Naud and Paninski 2014, section 1.3, in discrete time
 * with the input not scaled by the leak). snnTorch's neuron resets one step later: that is `leaky`.
 *
 * - `beta`: what is left of the membrane after a step, exp(-dt / tau) or 1 - dt / tau, in [0, 1]; 0.9.
 * - `threshold`: what the membrane must pass, from 0, in units of the input; 1.
 *
 * State `v` is the membrane after the reset; `record: ['pre']` gives it before. Errors: HILLOCK_OPTION.
 */
export function lif(options: LifOptions = {}): Neuron {
  return shaped(options, firingOptions, (shape: Firing) => ({
    name: 'lif',
    params: { beta: 0.9, threshold: 1 },
    bounds: { beta: share, threshold: fromRest },
    state: { v: 0 },
    equations: `
    pre = beta * v + input${firing(shape)}`,
  }))
}

export type LifOptions = Firing & OptionsOf<'beta' | 'threshold', 'pre' | 'v'>
