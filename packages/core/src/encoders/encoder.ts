import { isBinary, type Kernels, kernels, type ParamValue } from '../kernel.ts'
import { checkText, type Model, type ModelText, parameters } from '../model.ts'
import { type Check, checkValue, is } from '../options.ts'
import { rangeError } from '../refusals.ts'
import { show } from '../show.ts'

/** Turns images or recordings into what the first connection reads: `input` is [1, B, N] or [T, B, N], `spike` is [T, B, N]. */
export interface Encoder extends Model {
  /** Shown in messages, such as 'poisson'. */
  readonly name: string
  /** Its equations as a program for a backend. */
  readonly kernels: Kernels
  /** Whether `spike` can only be 0 or 1; otherwise it is graded. */
  readonly binary: boolean
  /** Values accepted, inclusive; others (and NaN) are refused with HILLOCK_RANGE before encoding. Absent: any finite number. */
  readonly range?: Range
  /** The images themselves are the current at every step: nothing is run, T = 1 is broadcast. */
  readonly constant: boolean
  /** An example is shown row by row, one a step: `input` is [T, B, N]. See `rows`. */
  readonly rows?: boolean
}

type Range = readonly [least: number, greatest: number]

const isRange: Check = (value) => {
  const [least, greatest, ...more]: unknown[] = Array.isArray(value) ? value : []
  const rising = typeof least === 'number' && typeof greatest === 'number' && least < greatest && more.length === 0
  return rising ? undefined : 'give the least and the greatest value: [0, 1]'
}

const areNumbers: Check = (value) =>
  Array.isArray(value) || ArrayBuffer.isView(value) ? undefined : 'give a list of numbers'

/** What `encoder` is given: equations with defaults for their parameters. */
export interface EncoderText<P extends string = string> extends ModelText<P> {
  /** The values that it takes, both ends included. Default: any finite number. */
  readonly range?: Range
  /**
   * The values themselves are the current at every step: nothing is run.
   * @default false
   */
  readonly constant?: boolean
}

/**
 * Makes an encoder of equations. They read `input` and set `spike`, and may use `t` (from 0), `steps` (the number of time steps),
 * `uniform()` and states. Returns a function that gives values to the parameters.
 *
 * Throws HILLOCK_OPTION if the text lacks a name or equations. The function that it returns throws HILLOCK_SYNTAX, HILLOCK_NAME or
 * HILLOCK_EQUATION if the equations are wrong, and HILLOCK_OPTION if a parameter is unknown or out of bounds.
 *
 * @example
 * ```ts
 * import { encoder } from '@hillock/core'
 *
 * // Fires at once, and then as often as the value says.
 * const burst = encoder({
 *   name: 'burst',
 *   params: { gain: 0.5 },
 *   range: [0, 1],
 *   equations: 'spike = (t == 0) * (input > 0) + (t > 0) * (uniform() < gain * input)',
 * })
 * burst({ gain: 0.2 })
 * ```
 */
export function encoder<P extends string = never>(
  text: EncoderText<P>,
): (options?: Readonly<Partial<Record<P, ParamValue>>>) => Encoder {
  checkText('encoder', text, { range: isRange, constant: is.flag })
  return (options: Readonly<Record<string, unknown>> = {}) => {
    const params = parameters(text, options)
    const definition = {
      name: text.name,
      equations: text.equations,
      inputs: ['input'],
      params: Object.keys(params),
      ...(text.bounds && { bounds: text.bounds }),
      state: text.state ?? {},
      outputs: ['spike'],
      record: [],
      given: ['steps'],
    }
    const made = kernels(definition)
    return {
      name: text.name,
      definition,
      params,
      kernels: made,
      binary: isBinary(made.forward.program, 'spike'),
      ...(text.range && { range: text.range }),
      constant: text.constant ?? false,
    }
  }
}

/** Checks values against the range of an encoder. Throws HILLOCK_RANGE, naming the first value refused, and HILLOCK_OPTION if it is no encoder. */
export function checkRange(encoder: Encoder, values: ArrayLike<number>): void {
  checkValue('checkRange', 'encoder', encoder, is.encoder)
  checkValue('checkRange', 'values', values, areNumbers)
  const [least, greatest] = encoder.range ?? [-Number.MAX_VALUE, Number.MAX_VALUE]
  for (let i = 0; i < values.length; i++) {
    const value = values[i] as number
    if (typeof value === 'number' && value >= least && value <= greatest) continue
    const message = `${encoder.name} cannot encode ${show(value)} (value ${i} of ${values.length})`
    throw rangeError(message, hintFor(encoder, value))
  }
}

function hintFor({ name, range }: Encoder, value: number): string {
  if (!Number.isFinite(value) || range === undefined) return 'look for a division by zero where the values come from'
  const wanted = `${name} takes values from ${range[0]} to ${range[1]}`
  return range[1] === 1 && value > 1 && value <= 255 ? `${wanted}: divide bytes by 255` : `${wanted}: rescale them`
}
