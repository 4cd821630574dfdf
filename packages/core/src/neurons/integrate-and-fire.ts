import { type Neuron, type OptionsOf, shaped } from '../neuron.ts'
import { type Firing, firing, firingOptions, fromRest } from './firing.ts'

/**
 * Integrate-and-fire without a leak (Lapicque 1907; in this discrete form Rueckauer et al. 2017). With weights and threshold
 * in multiples of 1/256 its arithmetic is exact, so its spikes are the same bits on every backend.
 *
 * - `threshold`: what the membrane must pass, from 0, in units of the input; 1.
 *
 * State `v` is the membrane after the reset; `record: ['pre']` gives it before. Errors: HILLOCK_OPTION.
 */
export function integrateAndFire(options: IntegrateAndFireOptions = {}): Neuron {
  return shaped(options, firingOptions, (shape: Firing) => ({
    name: 'integrateAndFire',
    params: { threshold: 1 },
    bounds: { threshold: fromRest },
    state: { v: 0 },
    equations: `
    pre = v + input${firing(shape)}`,
  }))
}

export type IntegrateAndFireOptions = Firing & OptionsOf<'threshold', 'pre' | 'v'>
