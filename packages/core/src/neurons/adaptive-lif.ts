import type { ParamValue } from '../kernel.ts'
import { type Neuron, type NeuronOptions, shaped } from '../neuron.ts'
import { type Firing, firing, firingOptions, fromRest, share } from './firing.ts'

/** Options of `adaptiveLif`. */
export interface AdaptiveLifOptions
  extends Firing,
    NeuronOptions<'beta' | 'rho' | 'strength' | 'threshold', 'pre' | 'level' | 'v' | 'a'> {
  /**
   * What is left of the membrane after a step, exp(-dt / tau_mem), from 0 to 1: the paper's alpha.
   * @default 0.9
   */
  readonly beta?: ParamValue
  /**
   * What is left of the adaptation after a step, exp(-dt / tau_a), from 0 to 1.
   * @default 0.97
   */
  readonly rho?: ParamValue
  /**
   * How much a unit of adaptation raises the threshold, from 0, in units of the input: the paper's beta.
   * @default 0.17
   */
  readonly strength?: ParamValue
  /**
   * The threshold at rest, which is also what a reset takes off, from 0, in units of the input.
   * @default 1
   */
  readonly threshold?: ParamValue
}

/**
 * Adaptive leaky integrate-and-fire, ALIF: each spike raises the threshold, which then sinks back (Bellec et al. 2018; 2020). Here the
 * reset belongs to the step of its spike, so what it takes off leaks with the membrane; the paper takes it off one step later. The
 * gradient flows through the adaptation, and is stopped at the reset if `detach` is true.
 *
 * States: `v` the membrane after the reset, `a` the adaptation; `record: ['pre', 'level']` gives the membrane before the reset and the
 * threshold it met. Throws HILLOCK_OPTION if an option is unknown or a value is out of its range.
 *
 * @example
 * ```ts
 * import { adaptiveLif, dense, sequential } from '@hillock/core'
 *
 * // Membranes of 20 ms and thresholds of 200 ms, in steps of 1 ms.
 * sequential(80, [dense(100), adaptiveLif({ beta: Math.exp(-1 / 20), rho: Math.exp(-1 / 200) })])
 * ```
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
