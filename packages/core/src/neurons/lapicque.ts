import { type Neuron, type OptionsOf, shaped } from '../neuron.ts'
import { firingOptions, fromRest } from './firing.ts'

/**
 * The membrane as an RC circuit (Lapicque 1907), as snnTorch's Lapicque has it: an Euler step, the reset one step after the spike and a
 * constant to the gradient. 'zero' drops the new input too, other than in `leaky`. A membrane exactly at threshold does not fire.
 *
 * - `R`: resistance of the membrane, above 0, in ohm; 1.
 * - `C`: capacitance of the membrane, above 0, in farad; R C is the time constant, in seconds; 0.01.
 * - `dt`: length of a time step, above 0 and up to 2 R C, in seconds; 0.001.
 * - `threshold`: what the membrane must pass, from 0, in volt; 1.
 * - `reset`: 'subtract' (the threshold; the default), 'zero' or 'none'.
 *
 * The input is a current, in ampere. State `v` is the membrane before the reset for its own spike, in volt. Errors: HILLOCK_OPTION.
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

export type LapicqueOptions = { readonly reset?: 'subtract' | 'zero' | 'none' } & OptionsOf<
  'R' | 'C' | 'dt' | 'threshold',
  'fired' | 'charged' | 'v'
>
