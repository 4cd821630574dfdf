import type { ParamValue } from '../kernel.ts'
import { type Neuron, type NeuronOptions, neuron } from '../neuron.ts'
import { share } from './firing.ts'

/** Options of `leakyIntegrator`. */
export interface LeakyIntegratorOptions extends NeuronOptions<'beta', 'v'> {
  /**
   * What is left of the membrane after a step, from 0 to 1; at 1 it sums the input.
   * @default 0.9
   */
  readonly beta?: ParamValue
}

/**
 * A membrane that leaks and never fires: the readout of Neftci, Mostafa and Zenke 2019 and Bellec et al. 2020. What goes out is the
 * membrane `v` itself, a graded value. Throws HILLOCK_OPTION if an option is unknown or `beta` is out of its range.
 *
 * @example
 * ```ts
 * import { dense, leakyIntegrator, lif, sequential } from '@hillock/core'
 *
 * sequential(784, [dense(100), lif(), dense(10), leakyIntegrator({ beta: 0.95 })])
 * ```
 */
export const leakyIntegrator: (options?: LeakyIntegratorOptions) => Neuron = neuron({
  name: 'leakyIntegrator',
  params: { beta: 0.9 },
  bounds: { beta: share },
  state: { v: 0 },
  equations: `
    v = beta * v + input
    spike = v`,
})
