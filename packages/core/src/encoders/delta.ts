import type { ParamValue } from '../kernel.ts'
import { checkOptions, is } from '../options.ts'
import { type Encoder, encoder } from './encoder.ts'

export interface DeltaOptions {
  /** Least change that fires. */
  readonly threshold?: ParamValue
  /** A fall of at least the threshold gives -1; the output is graded then. */
  readonly off?: boolean
  /** What the first frame is compared with: darkness ('zero'), or itself ('first'), so that it never fires. */
  readonly before?: 'zero' | 'first'
}

/**
 * Fires when a value has risen by at least the threshold since the step before (snnTorch's `spikegen.delta`). The input is a
 * recording, [T, B, N], of any finite values. Throws HILLOCK_OPTION for an unknown option or a negative threshold.
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
