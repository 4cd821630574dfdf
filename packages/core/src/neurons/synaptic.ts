import { type Neuron, type OptionsOf, shaped } from '../neuron.ts'
import { type Firing, firing, firingOptions, fromRest, share } from './firing.ts'

/**
 * Leaky integrate-and-fire with an exponential synaptic current: two exponentials, fired and reset within the step (Zenke and Ganguli
 * 2018; Neftci, Mostafa and Zenke 2019, where the reset and the current act a step later).
 *
 * - `alpha`: what is left of the current after a step, exp(-dt / tau_syn), in [0, 1]; 0.8.
 * - `beta`: what is left of the membrane after a step, exp(-dt / tau_mem), in [0, 1]; 0.9.
 * - `threshold`: what the membrane must pass, from 0, in units of the input; 1.
 *
 * States: `i` the current, `v` the membrane after the reset; `record: ['pre']` gives it before. Errors: HILLOCK_OPTION.
 */
export function synaptic(options: SynapticOptions = {}): Neuron {
  return shaped(options, firingOptions, (shape: Firing) => ({
    name: 'synaptic',
    params: { alpha: 0.8, beta: 0.9, threshold: 1 },
    bounds: { alpha: share, beta: share, threshold: fromRest },
    state: { i: 0, v: 0 },
    equations: `
    i = alpha * i + input
    pre = beta * v + i${firing(shape)}`,
  }))
}

export type SynapticOptions = Firing & OptionsOf<'alpha' | 'beta' | 'threshold', 'i' | 'pre' | 'v'>
