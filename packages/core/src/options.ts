import { optionError } from './refusals.ts'
import { isMinified, isObject, show } from './show.ts'
import { suggestion } from './suggestion.ts'

/** Says what an option should be where a value is not that; undefined where the value is right. */
export type Check = (value: unknown) => string | undefined

const check =
  (right: (value: unknown) => boolean, hint: string): Check =>
  (value) =>
    right(value) ? undefined : hint

const made = (what: string, ...members: readonly string[]): Check =>
  check((value) => isObject(value) && members.every((name) => name in value), `give ${what}`)

/** The checks that `checkOptions` is given. */
export const is = {
  /** A whole number, both ends allowed. */
  whole: (least: number, greatest = Infinity): Check => {
    const right = (value: unknown) => Number.isSafeInteger(value) && Number(value) >= least && Number(value) <= greatest
    return check(right, `give a whole number from ${least}${greatest === Infinity ? '' : ` to ${greatest}`}`)
  },
  /** A finite number, both ends allowed. */
  number: (least = -Infinity, greatest = Infinity): Check => {
    const range = `${least === -Infinity ? '' : ` from ${least}`}${greatest === Infinity ? '' : ` to ${greatest}`}`
    const right = (value: unknown) => Number.isFinite(value) && Number(value) >= least && Number(value) <= greatest
    return check(right, `give a number${range}`)
  },
  /** A finite number greater than `least`. */
  above: (least: number): Check =>
    check((value) => Number.isFinite(value) && Number(value) > least, `give a number above ${least}`),
  flag: check((value) => typeof value === 'boolean', 'give true or false'),
  /** An object of names and what they stand for. */
  record: check(
    (value) => Object.prototype.toString.call(value) === '[object Object]',
    'give an object, as in { v: 0 }',
  ),
  /** Names in a list. */
  names: check(
    (value) => Array.isArray(value) && value.every((name) => typeof name === 'string'),
    "give a list of names, as in ['v']",
  ),
  text: check((value) => typeof value === 'string', 'give a text'),
  callable: check((value) => typeof value === 'function', 'give a function'),
  oneOf:
    (...words: readonly string[]): Check =>
    (value) =>
      words.includes(value as string) ? undefined : didYouMean(value, words, `one of: ${words.join(', ')}`),
  /** What a factory makes: an object with these members. `what` names it, and shows how to make one. */
  made,
  optimizer: made('an optimizer, such as adam()', 'definition', 'kernels', 'params'),
  encoder: made('an encoder, such as poisson()', 'definition', 'kernels', 'params'),
  backend: made('a backend: reference() or await wasm()', 'supports', 'alloc', 'scan', 'matmul', 'dispose'),
  /** What a layer's firing rates cost. */
  penalty: made('firingRate()', 'evaluate'),
  /** Whatever it is: for what is checked elsewhere. */
  anything: check((value) => value !== undefined, 'it is required'),
} as const

/**
 * Checks the options that a function was given; `known` holds a check for each of them. An option that is undefined counts as not given.
 *
 * Throws HILLOCK_OPTION, saying what was found and what to give, if `given` is not an object, for an option that is not known, for a
 * value that its check refuses, and if one of `required` is missing. `where` names the function in the message.
 */
export function checkOptions<T extends object>(
  where: string,
  given: T,
  known: { readonly [Name in keyof T]-?: Check },
  required: readonly (keyof T & string)[] = [],
): void {
  const names = Object.keys(known)
  checkGiven(where, given, names)
  const unknown = Object.keys(given).find((name) => !Object.hasOwn(known, name))
  if (unknown !== undefined) {
    const hint = didYouMean(unknown, names, `its options: ${names.join(', ') || 'none'}`)
    throw optionError(`${where} has no option '${unknown}'`, hint)
  }
  for (const name of names as (keyof T & string)[]) {
    if (given[name] !== undefined || required.includes(name)) checkValue(where, name, given[name], known[name])
  }
}

/** Options under their new names, whichever they were given by. Throws HILLOCK_OPTION if one is given by both. */
export function renamed<T extends object, Old extends string>(
  where: string,
  given: T,
  newNames: Readonly<Record<Old, string>>,
): Omit<T, Old> {
  if (is.record(given) !== undefined) return given
  const options = { ...given } as Record<string, unknown>
  for (const [old, name] of Object.entries<string>(newNames)) {
    const value = options[old]
    delete options[old]
    if (value === undefined) continue
    if (options[name] !== undefined) {
      const hint = `give '${name}' alone`
      throw optionError(`${where}: '${old}' is the old name of '${name}'`, hint)
    }
    options[name] = value
  }
  return options as Omit<T, Old>
}

/** Throws HILLOCK_OPTION unless options are an object. */
export function checkGiven(where: string, given: unknown, names: readonly string[]): void {
  if (is.record(given) === undefined && !('then' in Object(given))) return
  const hint = mend(given) ?? `write them by their names: { ${names.join(', ')} }`
  throw optionError(`${where}: the options are ${show(given)}`, hint)
}

/** Checks one value by its name. Throws HILLOCK_OPTION if the check refuses it. */
export function checkValue(where: string, name: string, value: unknown, check: Check): void {
  const hint = check(value)
  if (hint === undefined) return
  const found = value === undefined ? 'is missing' : `is ${show(value)}`
  throw optionError(`${where}: '${name}' ${found}`, mend(value) ?? hint)
}

/** The known word that was probably meant, or else what `others` says. */
export const didYouMean = (word: unknown, known: readonly string[], others: string): string =>
  (typeof word === 'string' ? suggestion(word, known) : undefined) ?? others

/** What to do about a function that was not called, and a promise that was not awaited. */
function mend(value: unknown): string | undefined {
  if (typeof value === 'function') return isMinified(value) ? undefined : `call it: ${value.name}()`
  return isObject(value) && 'then' in value ? 'await it, as in `await wasm()`' : undefined
}
