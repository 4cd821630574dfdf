import { type Neuron, type OptionsOf, shaped } from '../neuron.ts'
import { firingOptions, fromRest, share } from './firing.ts'

/**
 * snnTorch's Leaky (Eshraghian et al. 2023): leaky integrate-and-fire whose reset comes one step after its spike and is a
 * constant to the gradient. 'zero' drops the old membrane and keeps the new input. A membrane exactly at threshold does not fire.
 *
 * - `beta`: what is left of the membrane after a step, in [0, 1]; 0.9.
 * - `threshold`: what the membrane must pass, from 0, in units of the input; 1.
 * - `reset`: 'subtract' (the threshold; the default), 'zero' or 'none'.
 *
 * State `v` is the membrane before the reset for its own spike, as snnTorch returns it. Errors: HILLOCK_OPTION.
 */
export function leaky(options: LeakyOptions = {}): Neuron {
  const integrate = {
    subtract: 'beta * v + input - threshold * fired',
    zero: 'beta * where(fired, 0, v) + input',
    none: 'beta * v + input',
  }
  const { reset: one } = firingOptions
  return shaped(options, { reset: one }, ({ reset = 'subtract' }: Pick<LeakyOptions, 'reset'>) => ({
    name: 'leaky',
    params: { beta: 0.9, threshold: 1 },
    bounds: { beta: share, threshold: fromRest },
    state: { v: 0 },
    equations: `
    fired = detach(heaviside(v - threshold))
    v = ${integrate[reset]}
    spike = heaviside(v - threshold)`,
  }))
}

export type LeakyOptions = { readonly reset?: 'subtract' | 'zero' | 'none' } & OptionsOf<
  'beta' | 'threshold',
  'fired' | 'v'
>
