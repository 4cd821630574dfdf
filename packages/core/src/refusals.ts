import { HillockError } from './errors.ts'

/** What engines have that can begin the stack of an error where a function was called. */
const { captureStackTrace } = Error as { captureStackTrace?: (error: Error, callee: unknown) => void }

function refusal(code: 'HILLOCK_OPTION' | 'HILLOCK_SHAPE' | 'HILLOCK_RANGE' | 'HILLOCK_UNSUPPORTED') {
  return function refuse(found: string, hint?: string): HillockError {
    const error = new HillockError(code, found, { hint })
    captureStackTrace?.(error, refuse)
    return error
  }
}

/** HILLOCK_OPTION: what was found, and what to give. */
export const optionError = refusal('HILLOCK_OPTION')
/** HILLOCK_SHAPE: what was found, and what would fit. */
export const shapeError = refusal('HILLOCK_SHAPE')
/** HILLOCK_RANGE: what was found, and what the range is. */
export const rangeError = refusal('HILLOCK_RANGE')
/** HILLOCK_UNSUPPORTED: what was found, and what works. */
export const unsupportedError = refusal('HILLOCK_UNSUPPORTED')
