import type { Bounds } from '../equations/definition.ts'
import { is } from '../options.ts'

/** How a neuron fires and resets within one step. These shape the equations, so they are fixed when the neuron is made. */
export interface Firing {
  /**
   * What a spike does to the membrane: 'subtract' takes the threshold off, 'zero' sets it to 0, 'none' leaves it alone.
   * @default 'subtract'
   */
  readonly reset?: 'subtract' | 'zero' | 'none' | undefined
  /**
   * Whether the reset is a constant to the gradient; otherwise the gradient flows through it.
   * @default true
   */
  readonly detach?: boolean | undefined
  /**
   * Whether a membrane exactly at threshold fires (`>=`); otherwise it has to exceed it (`>`).
   * @default false
   */
  readonly atThreshold?: boolean | undefined
}

export const firingOptions = { reset: is.oneOf('subtract', 'zero', 'none'), detach: is.flag, atThreshold: is.flag }

/** What leaks may keep of a value in a step. */
export const share: Bounds = [0, 1]

/** A membrane without input does not pass it. */
export const fromRest: Bounds = [0, Infinity]

/**
 * The lines by which a neuron turns `pre`, its membrane before the reset, into `spike` and `v` in the same step. `level` names what the
 * membrane has to pass.
 */
export function firing(
  { reset = 'subtract', detach = true, atThreshold = false }: Firing,
  level = 'threshold',
): string {
  const left = {
    subtract: detach ? 'pre - threshold * detach(spike)' : 'pre - threshold * spike',
    zero: detach ? 'where(spike, 0, pre)' : 'pre * (1 - spike)',
    none: 'pre',
  }
  return `
    spike = heaviside(pre - ${level}${atThreshold ? ', 1' : ''})
    v = ${left[reset]}`
}
