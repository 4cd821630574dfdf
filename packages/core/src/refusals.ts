import { HillockError } from './errors.ts'

const refusal =
  (code: 'HILLOCK_OPTION' | 'HILLOCK_SHAPE' | 'HILLOCK_RANGE' | 'HILLOCK_UNSUPPORTED') =>
  (found: string, hint?: string): HillockError =>
    new HillockError(code, found, { hint })

/** HILLOCK_OPTION: what was found, and what to give. */
export const optionError = refusal('HILLOCK_OPTION')
/** HILLOCK_SHAPE: what was found, and what would fit. */
export const shapeError = refusal('HILLOCK_SHAPE')
/** HILLOCK_RANGE: what was found, and what the range is. */
export const rangeError = refusal('HILLOCK_RANGE')
/** HILLOCK_UNSUPPORTED: what was found, and what works. */
export const unsupportedError = refusal('HILLOCK_UNSUPPORTED')
