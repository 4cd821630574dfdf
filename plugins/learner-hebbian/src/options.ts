import { HillockError } from '@hillock/core'

type Values = Readonly<Record<string, unknown>>

/** Errors: HILLOCK_OPTION for a value that is given and is no number from `low` to `high`. */
export function checkNumbers(where: string, values: Values, low: number, high: number): void {
  for (const [name, value] of Object.entries(values)) {
    if (value === undefined || (typeof value === 'number' && value >= low && value <= high)) continue
    const hint =
      high === Infinity ? `give a number${low === 0 ? ' from 0' : ''}` : `give a number from ${low} to ${high}`
    throw new HillockError('HILLOCK_OPTION', `${where}: '${name}' is ${String(value)}`, { hint })
  }
}

/** Errors: HILLOCK_OPTION for a value that is neither true nor false. */
export function checkSwitches(where: string, values: Values): void {
  for (const [name, value] of Object.entries(values)) {
    if (typeof value === 'boolean') continue
    throw new HillockError('HILLOCK_OPTION', `${where}: '${name}' is ${String(value)}`, { hint: 'give true or false' })
  }
}
