import type { ParamValue } from '../kernel.ts'
import { type Neuron, type NeuronOptions, shaped } from '../neuron.ts'
import { type Firing, firing, firingOptions, fromRest, share } from './firing.ts'

/** Options of `synaptic`. */
export interface SynapticOptions extends Firing, NeuronOptions<'alpha' | 'beta' | 'threshold', 'i' | 'pre' | 'v'> {
  /**
   * What is left of the current after a step, exp(-dt / tau_syn), from 0 to 1.
   * @default 0.8
   */
  readonly alpha?: ParamValue
  /**
   * What is left of the membrane after a step, exp(-dt / tau_mem), from 0 to 1.
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
 * Leaky integrate-and-fire with an exponential synaptic current: two exponentials, fired and reset within the step (Zenke and Ganguli
 * 2018; Neftci, Mostafa and Zenke 2019, where the reset and the current act a step later).
 *
 * States: `i` the current, `v` the membrane after the reset; `record: ['pre']` gives it before. Throws HILLOCK_OPTION if an option is
 * unknown or a value is out of its range.
 *
 * @example
 * ```ts
 * import { dense, sequential, synaptic } from '@hillock/core'
 *
 * // Synapses of 5 ms and membranes of 10 ms, in steps of 1 ms.
 * sequential(700, [dense(100), synaptic({ alpha: Math.exp(-1 / 5), beta: Math.exp(-1 / 10) })])
 * ```
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
