import { optionError } from '../refusals.ts'
import { suggestion } from '../suggestion.ts'
import type { Bounds, BoundsByWord, End } from './definition.ts'
import { interpret } from './interpret.ts'
import { compileEnd } from './outside.ts'

/** A number for the whole layer, or one for each neuron. */
type Values = number | ArrayLike<number>

/** Parameters with the bounds of those that have any. */
export interface Bounded {
  readonly name: string
  readonly bounds?: Readonly<Record<string, Bounds | undefined>>
}

type Params = Readonly<Record<string, Values>>

const words = ['from', 'above', 'to', 'below', 'whole']

/**
 * Checks that bounds are those of parameters, and can be read. Throws HILLOCK_OPTION if not, HILLOCK_SYNTAX, HILLOCK_NAME or HILLOCK_EQUATION if an
 * end is not an expression of parameters.
 */
export function checkRanges({ name, bounds = {} }: Bounded, params: readonly string[]): void {
  for (const [param, given] of Object.entries(bounds)) {
    if (given === undefined) continue
    if (!params.includes(param)) {
      const hint = suggestion(param, params) ?? `its parameters: ${params.join(', ') || 'none'}`
      throw optionError(`${name}: there are bounds for '${param}', which is not a parameter`, hint)
    }
    const isEnd = (end: unknown) => typeof end === 'string' || (typeof end === 'number' && !Number.isNaN(end))
    const readable = Array.isArray(given)
      ? given.length === 2 && given.every(isEnd)
      : typeof given === 'object' &&
        given !== null &&
        Object.entries(given).every(([word, end]) =>
          word === 'whole' ? typeof end === 'boolean' : words.includes(word) && isEnd(end),
        )
    if (!readable) {
      const hint = 'write [least, greatest], or { from, above, to, below, whole } with those that there are'
      throw optionError(`${name}: the bounds of '${param}' cannot be read`, hint)
    }
    for (const end of Object.values(given)) if (typeof end === 'string') compileEnd(name, end, params)
  }
}

/** Throws HILLOCK_OPTION if a value is not finite in f32 or out of its bounds. The error names the parameter, the first such value and the range. */
export function checkBounds(model: Bounded, params: Params): void {
  for (const [param, value] of Object.entries(params)) {
    const range = rangeOf(model, param, params)
    const values = typeof value === 'number' ? [value] : Array.from(value)
    const wrong = values.findIndex((x, n) => !range.holds(x, n))
    if (wrong < 0) continue
    const which = values.length === 1 ? '' : ` of neuron ${wrong}`
    const hint = `give ${range.wanted(wrong)}`
    throw optionError(`${model.name}: '${param}'${which} is ${values[wrong]}`, hint)
  }
}

/** Moves learnt values of a parameter that have left its bounds to the nearest of f32 within. What is not finite stays, to be found. The first that had, or -1. */
export function keepWithin(model: Bounded, param: string, values: Float32Array | Float64Array, params: Params): number {
  const { low, high, open, fixedLow } = rangeOf(model, param, params)
  let moved = -1
  for (let n = 0; n < values.length; n++) {
    const [least, greatest] = [nearest(low(n), 1, open.low), nearest(high(n), -1, open.high)]
    // An end that is another parameter may have passed the other end: the one that is a number holds.
    const kept = fixedLow
      ? Math.max(least, Math.min(greatest, values[n]!))
      : Math.min(greatest, Math.max(least, values[n]!))
    if (kept === values[n] || !Number.isFinite(kept) || !Number.isFinite(values[n])) continue
    values[n] = kept
    if (moved < 0) moved = n
  }
  return moved
}

/** What bounds say, as in 'a number from 0 to 1'; `value` shows an end. */
export function describe(bounds: Bounds, value: (end: End) => string = String): string {
  const { from, above, to, below, whole } = byWord(bounds)
  const part = (word: string, end: End | undefined) =>
    end === undefined || Math.abs(Number(end)) === Infinity ? [] : [`${word} ${value(end)}`]
  const low = above === undefined ? part('from', from) : part('above', above)
  const inside = low.length > 0 && above === undefined && below === undefined
  const high = below === undefined ? part(inside ? 'to' : 'up to', to) : part('below', below)
  const range = [...low, ...high]
  return `a ${whole ? 'whole ' : range.length === 0 ? 'finite ' : ''}number ${range.join(inside ? ' ' : ' and ')}`.trimEnd()
}

interface Range {
  readonly holds: (x: number, n: number) => boolean
  /** The ends of what neuron `n` may have, and whether they are left out. */
  readonly low: (n: number) => number
  readonly high: (n: number) => number
  readonly open: { readonly low: boolean; readonly high: boolean }
  /** Whether the low end is a number. */
  readonly fixedLow: boolean
  readonly wanted: (n: number) => string
}

function rangeOf(model: Bounded, param: string, params: Params): Range {
  const bounds = model.bounds?.[param] ?? {}
  const { from = -Infinity, above, to = Infinity, below, whole = false } = byWord(bounds)
  const open = { low: above !== undefined, high: below !== undefined }
  // What holds for all neurons must suit each of them.
  const shared = lengthOf(params[param]!) === 1
  const end = (at: End, strictest: (a: number, b: number) => number) => {
    const values = endOf(model, at, params)
    const [first, ...others] = shared ? [values.reduce((a, b) => strictest(a, b))] : values
    return others.length === 0 ? () => first! : (n: number) => values[n]!
  }
  const [low, high] = [end(above ?? from, Math.max), end(below ?? to, Math.min)]
  return {
    low,
    high,
    open,
    fixedLow: typeof (above ?? from) === 'number',
    holds: (x, n) =>
      Number.isFinite(Math.fround(x)) &&
      (open.low ? x > low(n) : x >= low(n)) &&
      (open.high ? x < high(n) : x <= high(n)) &&
      (!whole || Number.isInteger(x)),
    wanted: (n) => describe(bounds, (at) => (at === (above ?? from) ? shown(at, low(n)) : shown(at, high(n)))),
  }
}

const shown = (end: End, value: number): string => (typeof end === 'number' ? String(end) : `${end} (${value})`)

const byWord = (bounds: Bounds): BoundsByWord =>
  Array.isArray(bounds) ? { from: bounds[0] as End, to: bounds[1] as End } : (bounds as BoundsByWord)

/** The value of an end, or one for each neuron. */
function endOf({ name }: Bounded, end: End, params: Params): Float64Array {
  if (typeof end === 'number') return Float64Array.of(end)
  const program = compileEnd(name, end, Object.keys(params))
  const sizes = program.nodes.map((node) => (node.name === undefined ? 1 : lengthOf(params[node.name]!)))
  return interpret(program, Math.max(...sizes), (node) => params[node.name!]!).value!
}

const lengthOf = (value: Values): number => (typeof value === 'number' ? 1 : value.length)

const [real, bits] = (() => {
  const buffer = new ArrayBuffer(4)
  return [new Float32Array(buffer), new Int32Array(buffer)]
})()

/** The number of f32 nearest to an end, on the side that is up (1) or down (-1) from it; `open`: not the end itself. */
function nearest(end: number, side: 1 | -1, open: boolean): number {
  let x = Math.fround(end)
  while (side * (x - end) < 0 || (open && x === end)) x = neighbour(x, side)
  return x
}

/** The next number of f32. Beside 0 the least normal one, of which there is a reciprocal. */
function neighbour(x: number, side: 1 | -1): number {
  if (x === 0) return side * 2 ** -126
  real[0] = x
  bits[0]! += x > 0 === side > 0 ? 1 : -1
  return real[0]
}
