import type { ParamValue } from '../kernel.ts'
import { checkOptions, is } from '../options.ts'
import { type Encoder, encoder } from './encoder.ts'

/** Options of `delta`. */
export interface DeltaOptions {
  /**
   * Least change that fires, from 0, in units of the input.
   * @default 0.1
   */
  readonly threshold?: ParamValue
  /**
   * Whether a fall of at least the threshold gives -1. The output is graded then.
   * @default false
   */
  readonly off?: boolean
  /**
   * What the first frame is compared with: 'zero' for darkness, 'first' for itself, so that it never fires.
   * @default 'zero'
   */
  readonly before?: 'zero' | 'first'
}

/**
 * Fires when a value has risen by at least the threshold since the step before (snnTorch's `spikegen.delta`). The input is a
 * recording, [T, B, N], of any finite values. Throws HILLOCK_OPTION if an option is unknown or the threshold is negative.
 *
 * @example
 * ```ts
 * import { rows } from '@hillock/core'
 * import { delta } from '@hillock/core/encoders'
 *
 * rows(delta({ threshold: 0.2, off: true }))
 * ```
 */
export function delta(options: DeltaOptions = {}): Encoder {
  checkOptions('delta', options, { threshold: is.anything, off: is.flag, before: is.oneOf('zero', 'first') })
  const { off = false, before = 'zero', ...given } = options
  return encoder({
    name: 'delta',
    params: { threshold: 0.1 },
    bounds: { threshold: [0, Infinity] },
    state: { last: 0 },
    equations: `
      change = ${before === 'first' ? 'where(t == 0, 0, input - last)' : 'input - last'}
      spike = ${off ? '(change >= threshold) - (change <= -threshold)' : 'change >= threshold'}
      last = input
    `,
  })(given)
}
