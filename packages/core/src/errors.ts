export { choices, suggestion } from './suggestion.ts'

/** Every code an error of hillock can carry. Codes are stable: new ones may be added, existing ones never change their meaning. */
export type ErrorCode =
  // equations
  | 'HILLOCK_SYNTAX'
  | 'HILLOCK_NAME'
  | 'HILLOCK_EQUATION'
  // arrays, options and values
  | 'HILLOCK_SHAPE'
  | 'HILLOCK_OPTION'
  | 'HILLOCK_RANGE'
  | 'HILLOCK_LABEL'
  // running
  | 'HILLOCK_BUSY'
  | 'HILLOCK_DISPOSED'
  | 'HILLOCK_UNSUPPORTED'
  | 'HILLOCK_NOT_FINITE'
  | 'HILLOCK_OUT_OF_MEMORY'
  | 'HILLOCK_WORKER'
  | 'HILLOCK_DEVICE'
  | 'HILLOCK_QUEUE'
  | 'HILLOCK_DEAD_LAYER'
  | 'HILLOCK_SATURATED_LAYER'
  | 'HILLOCK_UNUSED_TENSOR'
  // data
  | 'HILLOCK_DATA_MISSING'
  | 'HILLOCK_DATA_DAMAGED'
  // command line
  | 'HILLOCK_USAGE'
  | 'HILLOCK_RECIPE'
  | 'HILLOCK_PLUGIN'
  | 'HILLOCK_OUTPUT'
  | 'HILLOCK_INTERNAL'

/** An error with a stable `code`; the message says what was found, `hint` what to do about it. */
export class HillockError extends Error {
  /** What kind of error it is; codes stay the same from version to version. */
  readonly code: ErrorCode
  /** What to do about it. */
  readonly hint: string | undefined

  constructor(code: ErrorCode, message: string, options: { hint?: string | undefined; cause?: unknown } = {}) {
    const { hint, cause } = options
    super(hint === undefined ? message : `${message}\n${hint}`, cause === undefined ? {} : { cause })
    this.name = 'HillockError'
    this.code = code
    this.hint = hint
  }
}
