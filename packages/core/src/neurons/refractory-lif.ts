import type { ParamValue } from '../kernel.ts'
import { type Neuron, type NeuronOptions, neuron } from '../neuron.ts'
import { fromRest, share } from './firing.ts'

/** Options of `refractoryLif`. */
export interface RefractoryLifOptions extends NeuronOptions<'beta' | 'threshold' | 'period', 'pre' | 'v' | 'rest'> {
  /**
   * What is left of the membrane after a step, exp(-dt / tau), from 0 to 1.
   * @default 0.9
   */
  readonly beta?: ParamValue
  /**
   * What the membrane has to pass, from 0, in units of the input.
   * @default 1
   */
  readonly threshold?: ParamValue
  /**
   * How long no further spike can follow: a whole number of time steps, from 0.
   * @default 2
   */
  readonly period?: ParamValue
}

/**
 * Leaky integrate-and-fire with an absolute refractory period (Gerstner, Kistler, Naud and Paninski 2014, chapter 1): after a spike the
 * membrane stays at 0, and input is lost, for `period` steps. Reset to 0 in the step of the spike, a constant to the gradient.
 *
 * States: `v` the membrane after the reset, `rest` the steps still to wait; `record: ['pre']` gives the membrane before the reset. Throws
 * HILLOCK_OPTION if an option is unknown or a value is out of its range.
 *
 * @example
 * ```ts
 * import { dense, sequential } from '@hillock/core'
 * import { refractoryLif } from '@hillock/core/neurons'
 *
 * sequential(784, [dense(100), refractoryLif({ period: 5 })])
 * ```
 */
export const refractoryLif: (options?: RefractoryLifOptions) => Neuron = neuron({
  name: 'refractoryLif',
  params: { beta: 0.9, threshold: 1, period: 2 },
  bounds: { beta: share, threshold: fromRest, period: { from: 0, whole: true } },
  state: { v: 0, rest: 0 },
  equations: `
    pre = where(rest > 0, 0, beta * v + input)
    spike = heaviside(pre - threshold)
    v = where(spike, 0, pre)
    rest = where(spike, period, max(rest - 1, 0))`,
})
