/** What a parameter takes: a value that is right, and values that are not. */
export interface Kind {
  readonly right: unknown
  readonly wrong: readonly unknown[]
  /** Of a number: what it takes, both ends allowed unless they are left out. */
  readonly range?: {
    readonly least: number
    readonly greatest: number
    readonly open: boolean
    readonly whole: boolean
  }
}

/** Values of every type; a promise that fails would be reported by Node. */
const pool: readonly unknown[] = [
  null,
  true,
  '',
  'text',
  Number.NaN,
  Number.POSITIVE_INFINITY,
  Number.NEGATIVE_INFINITY,
  [],
  [1],
  ['a'],
  [[]],
  {},
  { a: 1 },
  () => 1,
  class Some {},
  Symbol('s'),
  10n,
  new Date(0),
  Promise.resolve(1),
  new Map(),
  Object.create(null),
  new Proxy({}, {}),
]

const but = (accepted: (value: unknown) => boolean, ...more: readonly unknown[]): unknown[] => [
  ...pool.filter((value) => !accepted(value)),
  ...more,
]
const never = () => false

export interface Ends {
  readonly from?: number
  readonly above?: number
  readonly to?: number
  readonly below?: number
}

/** One number. */
export function number(right: number, { from, above, to, below }: Ends = {}, whole = false): Kind {
  const [least, greatest] = [above ?? from ?? -Infinity, below ?? to ?? Infinity]
  const beyond = [
    ...(above === undefined ? [] : [above]),
    ...(below === undefined ? [] : [below]),
    ...(least === -Infinity ? [] : [least - 1, least - 1e9, least - 1e-6]),
    ...(greatest === Infinity ? [] : [greatest + 1, greatest + 1e9, greatest + 1e-6]),
    ...(whole ? [right + 0.5] : []),
  ]
  const range = { least, greatest, open: above !== undefined || below !== undefined, whole }
  return { right, wrong: but(never, String(right), [right], ...beyond), range }
}

export const whole = (right: number, ends: Ends = { from: 1 }): Kind => number(right, ends, true)

/** A number, or one for each neuron. */
export function param(right: number, ends: Ends = {}, isWhole = false): Kind {
  const { wrong, range } = number(right, ends, isWhole)
  const numbers = wrong.filter((value) => typeof value === 'number')
  const others = wrong.filter(
    (value) => typeof value !== 'number' && !(Array.isArray(value) && typeof value[0] === 'number'),
  )
  const lists = numbers.map((value) => [right, value])
  return {
    right,
    wrong: [...others, ...numbers, ...lists, [right, null], [right, '1'], new Float32Array(0)],
    range: range!,
  }
}

export const flag: Kind = { right: true, wrong: but((value) => value === true, 0, 1, 'true') }
export const text = (right: string): Kind => ({ right, wrong: but((value) => typeof value === 'string', 1) })
export const word = (right: string, ...more: readonly string[]): Kind => ({
  right,
  wrong: but(never, 0, `${right}x`, right.toUpperCase(), [right, ...more]),
})
/** One of its own names, in a list. */
export const names = (right: readonly string[], accepted: (value: unknown) => boolean = isEmptyList): Kind => ({
  right,
  wrong: but(
    (value) => accepted(value) || (Array.isArray(value) && value[0] === 'a'),
    right[0] ?? 'text',
    [1],
    [null],
    ['noSuchName'],
  ),
})
const isEmptyList = (value: unknown) => Array.isArray(value) && value.length === 0
export const callable: Kind = { right: () => 1, wrong: but((value) => typeof value === 'function', 1) }
/** What a factory makes. */
export const made = (right: unknown, ...more: readonly unknown[]): Kind => ({ right, wrong: but(never, 1, ...more) })
/** Of a kind that the pool has members of. */
export const other = (right: unknown, accepted: (value: unknown) => boolean, ...more: readonly unknown[]): Kind => ({
  right,
  wrong: but(accepted, ...more),
})

/** Options by their names. */
export interface Options {
  readonly options: Readonly<Record<string, Kind | Options>>
  readonly required?: readonly string[]
  /** Further ones that are given in each call, though they need not be. */
  readonly given?: readonly string[]
}

export type Argument = Kind | Options

const isOptions = (argument: Argument): argument is Options => 'options' in argument

/** A call that is right but for one thing. */
export interface Wrong {
  /** Which thing, as in "the option 'beta' is NaN". */
  readonly what: string
  readonly args: readonly unknown[]
}

const rightOf = (argument: Argument): unknown =>
  isOptions(argument)
    ? Object.fromEntries(
        [...(argument.required ?? []), ...(argument.given ?? [])].map((name) => [
          name,
          rightOf(argument.options[name]!),
        ]),
      )
    : argument.right

/** The arguments of a call that is right. */
export const right = (parameters: readonly Argument[]): unknown[] => parameters.map(rightOf)

/** A value in a few letters, whatever it is. */
export function shown(value: unknown): string {
  if (typeof value === 'function') return 'a function'
  if (typeof value === 'object' && value !== null) {
    if (Array.isArray(value)) return `[${value.map(shown).join(', ')}]`
    return Object.prototype.toString.call(value)
  }
  return typeof value === 'string' ? `'${value}'` : String(value)
}

/** Slips of the pen, none of them another name. */
function slips(name: string, known: readonly string[]): string[] {
  const swapped = `${name.slice(0, -2)}${name.at(-1)}${name.at(-2) ?? ''}`
  return [swapped, `${name}s`, name.slice(0, -1), name.toUpperCase(), `_${name}`].filter(
    (slip) => slip !== '' && !known.includes(slip),
  )
}

/** Every way to be wrong in one thing: a value of each other type, out of range, missing, misspelt, too many. */
export function* wrongCalls(parameters: readonly Argument[], required = parameters.length): Generator<Wrong> {
  const all = right(parameters)
  for (const [i, parameter] of parameters.entries()) {
    const at = (value: unknown) => all.with(i, value)
    if (i < required) yield { what: `argument ${i + 1} is missing`, args: all.slice(0, i) }
    for (const { what, value } of wrongValues(`argument ${i + 1}`, parameter)) yield { what, args: at(value) }
  }
}

function* wrongValues(where: string, argument: Argument): Generator<{ what: string; value: unknown }> {
  if (!isOptions(argument)) {
    for (const value of argument.wrong) yield { what: `${where} is ${shown(value)}`, value }
    return
  }
  const { options, required = [] } = argument
  const given = rightOf(argument) as Record<string, unknown>
  const plain = (value: unknown) =>
    Object.prototype.toString.call(value) === '[object Object]' &&
    Object.keys(value as object).every((name) => Object.hasOwn(options, name))
  for (const value of but(plain, 1)) yield { what: `${where} is ${shown(value)}`, value }
  for (const name of required) {
    const { [name]: _, ...rest } = given
    yield { what: `${where} lacks '${name}'`, value: rest }
  }
  for (const extra of ['zzz', 'toString', '__proto__']) {
    const value = Object.defineProperty({ ...given }, extra, { value: 1, enumerable: true })
    yield { what: `${where} has '${extra}'`, value }
  }
  for (const [name, kind] of Object.entries(options)) {
    for (const slip of slips(name, Object.keys(options))) {
      yield { what: `${where} has '${slip}' for '${name}'`, value: { ...given, [slip]: rightOf(kind) } }
    }
    for (const { what, value } of wrongValues(`'${name}'`, kind)) yield { what, value: { ...given, [name]: value } }
  }
}

/** All numbers among parameters, each with a way to call with another in its place. */
export function* numbersOf(parameters: readonly Argument[]): Generator<{
  readonly name: string
  readonly range: NonNullable<Kind['range']>
  readonly args: (value: number) => unknown[]
}> {
  const all = right(parameters)
  for (const [i, parameter] of parameters.entries()) {
    for (const { path, range } of pathsOf(parameter, [])) {
      yield {
        name: [`argument ${i + 1}`, ...path].join('.'),
        range,
        args: (value) => all.with(i, replaced(all[i], path, value)),
      }
    }
  }
}

function* pathsOf(
  argument: Argument,
  path: readonly string[],
): Generator<{ path: readonly string[]; range: NonNullable<Kind['range']> }> {
  if (!isOptions(argument)) {
    if (argument.range !== undefined) yield { path, range: argument.range }
    return
  }
  for (const [name, kind] of Object.entries(argument.options)) yield* pathsOf(kind, [...path, name])
}

const replaced = (value: unknown, [first, ...rest]: readonly string[], by: number): unknown =>
  first === undefined
    ? by
    : { ...(value as object), [first]: replaced((value as Record<string, unknown>)[first] ?? {}, rest, by) }
