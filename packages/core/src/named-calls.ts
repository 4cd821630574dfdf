import { HillockError } from './errors.ts'

/** Lets what each function of an object refuses begin with the name of the function. */
export function nameCalls(calls: object): void {
  for (const [name, call] of Object.entries(calls)) {
    if (typeof call !== 'function') continue
    Object.assign(calls, { [name]: (...given: unknown[]) => named(name, () => call(...given)) })
  }
}

function named<T>(name: string, call: () => T): T {
  try {
    return call()
  } catch (error) {
    if (!(error instanceof HillockError)) throw error
    const { code, message, hint, cause } = error
    const found = hint === undefined ? message : message.slice(0, -hint.length - 1)
    throw new HillockError(code, `${name}: ${found}`, { hint, cause })
  }
}
