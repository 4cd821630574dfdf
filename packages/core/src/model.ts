import { checkBounds, checkRanges } from './equations/bounds.ts'
import type { Bounds, Definition } from './equations/definition.ts'
import type { ParamValue } from './kernel.ts'
import { type Check, checkGiven, checkOptions, didYouMean, is } from './options.ts'
import { optionError, shapeError } from './refusals.ts'
import { show } from './show.ts'

/** A definition with values for its parameters: what a neuron, an encoder and an optimizer are. */
export interface Model {
  /** Equations, and the names of their parameters, states and inputs. */
  readonly definition: Definition
  /** A number for the whole layer, or one value for each neuron, or for each channel of a layer that has a shape. */
  readonly params: Readonly<Record<string, ParamValue>>
}

/** How a model is written down: only the equations are required. */
export interface ModelText<P extends string = string> {
  /** Shown in messages. */
  readonly name: string
  /** One assignment a line, in the order in which they happen within a time step. */
  readonly equations: string
  /** Parameters with their defaults: a number for the whole layer, or one value for each neuron. Default: none. */
  readonly params?: Readonly<Record<P, ParamValue>>
  /** Which values parameters take, as in `{ beta: [0, 1], threshold: { above: 0 } }`. Default: any that are finite. */
  readonly bounds?: Readonly<Partial<Record<P, Bounds>>>
  /** States with their values before the first step: numbers, one value for each neuron, or equations of parameters. Default: none. */
  readonly state?: Definition['state']
}

const texts = { name: is.text, equations: is.text, params: is.record, bounds: is.record, state: is.record }

/** Throws HILLOCK_OPTION unless a model is written down with these parts; `more` are those of its kind. */
export function checkText(
  kind: string,
  text: object,
  more: Readonly<Record<string, Check>>,
  required: readonly string[] = [],
): void {
  checkOptions(kind, text as Readonly<Record<string, unknown>>, { ...texts, ...more }, [
    'name',
    'equations',
    ...required,
  ])
}

/**
 * Values for the parameters of a text, or its own. Throws HILLOCK_OPTION if `given` is not an object, for an unknown parameter (`others` are
 * known besides), and for a value that is no number or out of bounds; HILLOCK_SHAPE if arrays, of the states too, have different lengths.
 */
export function parameters(text: ModelText, given: object, others: readonly string[] = []): Record<string, ParamValue> {
  const params: Record<string, ParamValue> = { ...text.params }
  const known = Object.keys(params)
  checkGiven(text.name, given, [...known, ...others])
  const set = Object.entries(given).filter(([, value]) => value !== undefined)
  for (const [name, value] of set) {
    if (!known.includes(name)) {
      const hint = didYouMean(name, [...known, ...others], `its parameters: ${known.join(', ') || 'none'}`)
      throw optionError(`${text.name} has no parameter '${name}'`, hint)
    }
    params[name] = value
  }
  for (const name of known) params[name] = numbersOf(text.name, name, params[name])
  checkLengths(text.name, { ...params, ...text.state })
  checkRanges(text, known)
  // Those that were given come first: if values do not go together, it is these that are wrong.
  checkBounds(text, { ...Object.fromEntries(set.map(([name]) => [name, params[name]!])), ...params })
  return params
}

/** A number, or a copy of the numbers: what is done to an array later on does not change the model. */
function numbersOf(model: string, name: string, value: unknown): ParamValue {
  if (typeof value === 'number') return value
  const numbers = Array.isArray(value) || ArrayBuffer.isView(value) ? Array.from(value as ArrayLike<unknown>) : []
  if (numbers.length > 0 && numbers.every((number) => typeof number === 'number')) return numbers
  const hint = 'give a number, or an array with one number for each neuron or channel'
  throw optionError(`${model}: '${name}' is ${show(value)}`, hint)
}

/** Throws HILLOCK_SHAPE if lengths differ. */
function checkLengths(model: string, values: Readonly<Record<string, ParamValue | string>>): void {
  const [first, ...others] = Object.entries(values).flatMap(([name, value]) =>
    typeof value === 'object' && value !== null ? [{ name, length: value.length }] : [],
  )
  const other = others.find(({ length }) => length !== first!.length)
  if (other === undefined) return
  const found = `${model}: '${first!.name}' has ${first!.length} values, '${other.name}' has ${other.length}`
  throw shapeError(found, 'give each one value for each neuron of the layer, or each one for each channel')
}
