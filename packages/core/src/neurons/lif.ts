import type { ParamValue } from '../kernel.ts'
import { type Neuron, type NeuronOptions, shaped } from '../neuron.ts'
import { type Firing, firing, firingOptions, fromRest, share } from './firing.ts'

/** Options of `lif`. */
export interface LifOptions extends Firing, NeuronOptions<'beta' | 'threshold', 'pre' | 'v'> {
  /**
   * What is left of the membrane after a step, exp(-dt / tau) or 1 - dt / tau, from 0 to 1.
   * @default 0.9
   */
  readonly beta?: ParamValue
  /**
   * What the membrane has to pass, from 0, in units of the input.
   * @default 1
   */
  readonly threshold?: ParamValue
}

/**
 * Leaky integrate-and-fire, fired and reset within the step (Gerstner, Kistler, Naud and Paninski 2014, section 1.3, in discrete time
 * with the input not scaled by the leak). snnTorch's neuron resets one step later: that is `leaky`.
 *
 * State `v` is the membrane after the reset; `record: ['pre']` gives it before. Throws HILLOCK_OPTION if an option is unknown or a value
 * is out of its range.
 *
 * @example
 * ```ts
 * import { dense, lif, sequential } from '@hillock/core'
 *
 * sequential(784, [dense(100), lif({ beta: 0.95 }), dense(10), lif({ learn: ['beta'] })])
 * ```
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
