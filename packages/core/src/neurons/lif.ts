import { type Neuron, neuron, type OptionsOf } from '../neuron.ts'
import { type Firing, firing } from './firing.ts'

/**
 * Leaky integrate-and-fire, fired and reset within the step (Gerstner, Kistler, Naud and Paninski 2014, section 1.3, in discrete time
 * with the input not scaled by the leak). snnTorch's neuron resets one step later: that is `leaky`.
 *
 * - `beta`: what is left of the membrane after a step, exp(-dt / tau) or 1 - dt / tau, in [0, 1]; 0.9.
 * - `threshold`: what the membrane must pass, in units of the input; 1.
 *
 * State `v` is the membrane after the reset; `record: ['pre']` gives it before. Errors: HILLOCK_OPTION.
 */
export function lif({ reset, detach, atThreshold, ...options }: LifOptions = {}): Neuron {
  return neuron({
    name: 'lif',
    params: { beta: 0.9, threshold: 1 },
    state: { v: 0 },
    equations: `
    pre = beta * v + input${firing({ reset, detach, atThreshold })}`,
  })(options)
}

export type LifOptions = Firing & OptionsOf<'beta' | 'threshold'>
