import type { ParamValue } from '../kernel.ts'
import { type Neuron, type NeuronOptions, shaped } from '../neuron.ts'
import { firingOptions, fromRest, share } from './firing.ts'

/** Options of `leaky`. */
export interface LeakyOptions extends NeuronOptions<'beta' | 'threshold', 'fired' | 'v'> {
  /**
   * What a spike does to the membrane: 'subtract' takes the threshold off, 'zero' drops the old membrane and keeps the new
   * input, 'none' leaves it alone.
   * @default 'subtract'
   */
  readonly reset?: 'subtract' | 'zero' | 'none'
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
}

/**
 * snnTorch's Leaky (Eshraghian et al. 2023): leaky integrate-and-fire whose reset comes one step after its spike and is a constant to the
 * gradient. A membrane exactly at threshold does not fire.
 *
 * State `v` is the membrane before the reset for its own spike, as snnTorch returns it. Throws HILLOCK_OPTION if an option is unknown or a
 * value is out of its range.
 *
 * @example
 * ```ts
 * import { dense, leaky, sequential } from '@hillock/core'
 *
 * sequential(784, [dense(100), leaky({ beta: 0.95 }), dense(10), leaky({ reset: 'none' })])
 * ```
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
