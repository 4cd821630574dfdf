/**
 * Checks of what a function is given, with messages that name the option.
 * @module
 */

export { nearestWhole, wholeSteps } from '../counts.ts'
export { choices, suggestion } from '../errors.ts'
export { type Check, checkOptions, checkValue, is, renamed } from '../options.ts'
export { sizeOf } from '../shape.ts'
