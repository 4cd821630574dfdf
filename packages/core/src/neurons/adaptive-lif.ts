import { type Neuron, type OptionsOf, shaped } from '../neuron.ts'
import { type Firing, firing, firingOptions, fromRest, share } from './firing.ts'

/**
 * Adaptive leaky integrate-and-fire, ALIF: each spike raises the threshold, which then sinks back (Bellec et al. 2018;
 * 2020). Here the reset belongs to the step of its spike, so what it takes off leaks with the membrane; the paper takes it off one step
 * later. The gradient flows through the adaptation, and through the reset unless `detach` says otherwise.
 *
 * - `beta`: what is left of the membrane after a step, exp(-dt / tau_mem) (the paper's alpha), in [0, 1]; 0.9.
 * - `rho`: what is left of the adaptation after a step, exp(-dt / tau_a), in [0, 1]; 0.97.
 * - `strength`: how much a unit of adaptation raises the threshold (the paper's beta), from 0, in units of the input; 0.17.
 * - `threshold`: the threshold at rest, and what a reset takes off, from 0, in units of the input; 1.
 *
 * States: `v` the membrane after the reset, `a` the adaptation; `record: ['pre', 'level']` gives the membrane before the reset and the
 * threshold it met. Errors: HILLOCK_OPTION.
 */
export function adaptiveLif(options: AdaptiveLifOptions = {}): Neuron {
  return shaped(options, firingOptions, (shape: Firing) => ({
    name: 'adaptiveLif',
    params: { beta: 0.9, rho: 0.97, strength: 0.17, threshold: 1 },
    bounds: { beta: share, rho: share, strength: [0, Infinity], threshold: fromRest },
    state: { v: 0, a: 0 },
    equations: `
    pre = beta * v + input
    level = threshold + strength * a${firing(shape, 'level')}
    a = rho * a + spike`,
  }))
}

export type AdaptiveLifOptions = Firing &
  OptionsOf<'beta' | 'rho' | 'strength' | 'threshold', 'pre' | 'level' | 'v' | 'a'>
