import type { ParamValue } from '../kernel.ts'
import { type Neuron, type NeuronOptions, shaped } from '../neuron.ts'
import { type Firing, firing, firingOptions, fromRest } from './firing.ts'

/** Options of `integrateAndFire`. */
export interface IntegrateAndFireOptions extends Firing, NeuronOptions<'threshold', 'pre' | 'v'> {
  /**
   * What the membrane has to pass, from 0, in units of the input.
   * @default 1
   */
  readonly threshold?: ParamValue
}

/**
 * Integrate-and-fire without a leak (Lapicque 1907; in this discrete form Rueckauer et al. 2017). With weights and threshold in multiples
 * of 1/256 its arithmetic is exact, so its spikes are the same bits on every backend.
 *
 * State `v` is the membrane after the reset; `record: ['pre']` gives it before. Throws HILLOCK_OPTION if an option is unknown or a value
 * is out of its range.
 *
 * @example
 * ```ts
 * import { dense, sequential } from '@hillock/core'
 * import { integrateAndFire } from '@hillock/core/neurons'
 *
 * sequential(784, [dense(10), integrateAndFire({ threshold: 2, atThreshold: true })])
 * ```
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
