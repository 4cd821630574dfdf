import { HillockError } from '@hillock/core'
import { type Check, checkValue, is, sizeOf } from '@hillock/core/options'

/** A list of any kind. */
export const isList: Check = (value) => (Array.isArray(value) || ArrayBuffer.isView(value) ? undefined : 'give a list')

const aNumber: Check = (value) => (typeof value === 'number' ? undefined : 'give a number')

/** A list of objects that have these members; `what` shows one. */
export const listOf =
  (what: string, ...members: readonly string[]): Check =>
  (value) => {
    const one = is.made(what, ...members)
    return isList(value) ?? (Array.from(value as unknown[]).some(one) ? `give a list, each of it ${what}` : undefined)
  }

/**
 * Throws HILLOCK_OPTION if `values` is not a list, HILLOCK_SHAPE if it has another number of values, HILLOCK_NOT_FINITE if a value is NaN or
 * infinite.
 */
export function checkValues(what: string, values: ArrayLike<number>, shape: readonly number[]): void {
  checkValue(what, 'values', values, isList)
  const expected = sizeOf(shape)
  if (values.length !== expected) {
    const hint = `give ${expected} values: [${shape.join(', ')}]`
    throw new HillockError('HILLOCK_SHAPE', `${what}: there are ${values.length} values`, { hint })
  }
  for (let i = 0; i < expected; i++) checkNumber(`${what}, value ${i}`, values[i]!)
}

/** Throws HILLOCK_NOT_FINITE if the value is NaN or infinite, HILLOCK_OPTION if it is not a number. */
export function checkNumber(what: string, value: number): void {
  checkValue(what, 'value', value, aNumber)
  if (Number.isFinite(value)) return
  const hint = 'remove it, or check where it comes from'
  throw new HillockError('HILLOCK_NOT_FINITE', `${what}: ${value} cannot be drawn`, { hint })
}

/** Throws HILLOCK_SHAPE if the count is not a whole number from 1. */
export function checkCount(what: string, count: number): void {
  checkValue(what, 'their number', count, aNumber)
  if (Number.isSafeInteger(count) && count >= 1) return
  throw new HillockError('HILLOCK_SHAPE', `${what}: ${count}`, { hint: 'give a whole number from 1' })
}

/** Throws HILLOCK_SHAPE if there is nothing to draw. */
export function checkSome(what: string, list: ArrayLike<unknown>): void {
  if (list.length > 0) return
  throw new HillockError('HILLOCK_SHAPE', `there are no ${what}`, { hint: 'give at least one' })
}
