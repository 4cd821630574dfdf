import { type Neuron, neuron, type OptionsOf } from '../neuron.ts'
import { type Firing, firing } from './firing.ts'

/**
 * Integrate-and-fire without a leak (Lapicque 1907; in this discrete form Rueckauer et al. 2017). With weights and threshold
 * in multiples of 1/256 its arithmetic is exact, so its spikes are the same bits on every backend.
 *
 * - `threshold`: what the membrane must pass, in units of the input; 1.
 *
 * State `v` is the membrane after the reset; `record: ['pre']` gives it before. Errors: HILLOCK_OPTION.
 */
export function integrateAndFire({ reset, detach, atThreshold, ...options }: IntegrateAndFireOptions = {}): Neuron {
  return neuron({
    name: 'integrateAndFire',
    params: { threshold: 1 },
    state: { v: 0 },
    equations: `
    pre = v + input${firing({ reset, detach, atThreshold })}`,
  })(options)
}

export type IntegrateAndFireOptions = Firing & OptionsOf<'threshold'>
