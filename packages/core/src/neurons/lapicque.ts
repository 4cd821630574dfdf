import type { ParamValue } from '../kernel.ts'
import { type Neuron, type NeuronOptions, shaped } from '../neuron.ts'
import { firingOptions, fromRest } from './firing.ts'

/** Options of `lapicque`. */
export interface LapicqueOptions extends NeuronOptions<'R' | 'C' | 'dt' | 'threshold', 'fired' | 'charged' | 'v'> {
  /**
   * What a spike does to the membrane: 'subtract' takes the threshold off, 'zero' sets it to 0 and drops the new input too
   * (in `leaky` the input stays), 'none' leaves it alone.
   * @default 'subtract'
   */
  readonly reset?: 'subtract' | 'zero' | 'none'
  /**
   * Resistance of the membrane, above 0, in ohm.
   * @default 1
   */
  readonly R?: ParamValue
  /**
   * Capacitance of the membrane, above 0, in farad. R C is the time constant, in seconds.
   * @default 0.01
   */
  readonly C?: ParamValue
  /**
   * Length of a time step, above 0 and up to 2 R C, in seconds.
   * @default 0.001
   */
  readonly dt?: ParamValue
  /**
   * What the membrane has to pass, from 0, in volt.
   * @default 1
   */
  readonly threshold?: ParamValue
}

/**
 * The membrane as an RC circuit (Lapicque 1907), as snnTorch's Lapicque has it: an Euler step, the reset one step after the spike and a
 * constant to the gradient. A membrane exactly at threshold does not fire.
 *
 * The input is a current, in ampere. State `v` is the membrane before the reset for its own spike, in volt. Throws HILLOCK_OPTION if an
 * option is unknown, a value is out of its range, or `dt` is above 2 R C.
 *
 * @example
 * ```ts
 * import { dense, sequential } from '@hillock/core'
 * import { lapicque } from '@hillock/core/neurons'
 *
 * sequential(784, [dense(10), lapicque({ R: 5, C: 0.004 })])
 * ```
 */
export function lapicque(options: LapicqueOptions = {}): Neuron {
  const left = { subtract: 'charged - threshold * fired', zero: 'where(fired, 0, charged)', none: 'charged' }
  const { reset: one } = firingOptions
  return shaped(options, { reset: one }, ({ reset = 'subtract' }: Pick<LapicqueOptions, 'reset'>) => ({
    name: 'lapicque',
    params: { R: 1, C: 0.01, dt: 0.001, threshold: 1 },
    // With a longer step the membrane would swing further and further past its end.
    bounds: {
      R: { from: 'dt / (2 * C)' },
      C: { from: 'dt / (2 * R)' },
      dt: { above: 0, to: '2 * R * C' },
      threshold: fromRest,
    },
    state: { v: 0 },
    equations: `
    fired = detach(heaviside(v - threshold))
    charged = (1 - dt / (R * C)) * v + dt / C * input
    v = ${left[reset]}
    spike = heaviside(v - threshold)`,
  }))
}
