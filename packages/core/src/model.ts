import type { Definition } from './equations/compile.ts'
import { suggestion } from './equations/text.ts'
import { HillockError } from './errors.ts'
import type { ParamValue } from './kernel.ts'

/** A definition with values for its parameters: what a neuron, an encoder and an optimizer are. */
export interface Model {
  readonly definition: Definition
  /** A number for the whole layer, or one value for each neuron. */
  readonly params: Readonly<Record<string, ParamValue>>
}

/** How a model is written down: only the equations are required. */
export interface ModelText<P extends string = string> {
  readonly name: string
  readonly equations: string
  readonly params?: Readonly<Record<P, ParamValue>>
  readonly state?: Definition['state']
}

/** Values for the parameters of a text, or its own. Errors: HILLOCK_OPTION for an unknown parameter or a value that is no number. */
export function parameters(text: ModelText, given: Readonly<Record<string, unknown>>): Record<string, ParamValue> {
  const params: Record<string, ParamValue> = { ...text.params }
  for (const [name, value] of Object.entries(given)) {
    if (value === undefined) continue
    if (!Object.hasOwn(params, name)) {
      const known = Object.keys(params)
      const hint = suggestion(name, known) ?? `its parameters: ${known.join(', ') || 'none'}`
      throw new HillockError('HILLOCK_OPTION', `${text.name} has no parameter '${name}'`, { hint })
    }
    if (!isParamValue(value)) {
      const hint = 'give a number, or an array with one number for each neuron'
      throw new HillockError('HILLOCK_OPTION', `${text.name}: '${name}' is ${String(value)}`, { hint })
    }
    params[name] = value
  }
  return params
}

function isParamValue(value: unknown): value is ParamValue {
  const numbers = Array.isArray(value) || ArrayBuffer.isView(value) ? Array.from(value as ArrayLike<unknown>) : [value]
  return numbers.length > 0 && numbers.every((number) => typeof number === 'number' && !Number.isNaN(number))
}
