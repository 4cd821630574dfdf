import { HillockError } from './errors.ts'

/**
 * Does what takes memory, at once or by and by. JavaScript's own error, a RangeError, does not say what it was for. Throws
 * HILLOCK_OUT_OF_MEMORY naming `what`.
 */
export function fits<T>(what: string | (() => string), act: () => T): T {
  const told = (cause: unknown): never => {
    if ((cause as Error).name !== 'RangeError' || /call stack/.test((cause as Error).message)) throw cause
    const hint = 'use smaller batches, fewer time steps or a smaller network'
    throw new HillockError(
      'HILLOCK_OUT_OF_MEMORY',
      `not enough memory for ${typeof what === 'string' ? what : what()}`,
      { hint, cause },
    )
  }
  try {
    const result = act()
    return isPromise(result) ? (result.catch(told) as T) : result
  } catch (cause) {
    return told(cause)
  }
}

// Of whichever realm.
const isPromise = (value: unknown): value is Promise<unknown> =>
  typeof (value as Promise<unknown> | undefined)?.catch === 'function'
