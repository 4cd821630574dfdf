import type { Compiled } from './equations/compile.ts'
import type { Definition, Surrogate } from './equations/definition.ts'
import { reachable } from './equations/graph.ts'
import type { Initializer } from './initializers.ts'
import { evaluateSetup, isBinary, type Kernels, kernels, type ParamValue } from './kernel.ts'
import { checkText, type Model, type ModelText, parameters } from './model.ts'
import { type Check, checkGiven, checkValue, didYouMean, is } from './options.ts'
import { optionError } from './refusals.ts'
import { show } from './show.ts'
import { checkSurrogate, fastSigmoid, isSurrogate } from './surrogates.ts'

/** A neuron ready for a layer: equations, values for the parameters, and what is learnt and recorded. */
export interface Neuron extends Model {
  /** Shown in messages and in the text of a network, such as 'lif'. */
  readonly name: string
  /** Parameters trained along with the weights: a shared one as one number, one given as an array per neuron or channel. */
  readonly learn: readonly string[]
  /** Its equations as forward and backward programs for a backend. */
  readonly kernels: Kernels
  /** Whether `spike` can only be 0 or 1. */
  readonly binary: boolean
  /** How the spikes of a step reach the layer's own neurons in the next; absent where they do not. */
  readonly recurrence?: Recurrence
}

/** The weights from a layer's spikes to its own neurons, one step later. */
export interface Recurrence {
  /** How they start. */
  readonly weight: Initializer
  /** Whether a neuron reaches itself. */
  readonly diagonal: boolean
  /** 'layer': every neuron, by a matrix [from, to]; 'itself': that neuron alone, by [N] weights. */
  readonly to: 'layer' | 'itself'
  /** The current that it adds to. */
  readonly current: string
  /** Weights are used as multiples of a step: see `quantized`. */
  readonly quantized?: { readonly bits: number; readonly step: number }
}

/** What `neuron` is given: equations with defaults for their parameters. */
export interface NeuronText<P extends string = string> extends ModelText<P> {
  /**
   * Names of the currents that come in. Several where the neuron has several compartments.
   * @default ['input']
   */
  readonly inputs?: readonly string[]
  /**
   * Names that are recorded by default, besides the states.
   * @default []
   */
  readonly record?: readonly string[]
  /**
   * The surrogate that is taken by default.
   * @default fastSigmoid()
   */
  readonly surrogate?: Surrogate
}

/** Options of any neuron, besides its parameters `P`. Its equations set the names `R`. */
export interface NeuronOptions<P extends string = string, R extends string = string> {
  /** The derivative that `heaviside` has in the backward pass. Default: `fastSigmoid()`, if the neuron brings none of its own. */
  readonly surrogate?: Surrogate
  /**
   * Parameters to train along with the weights. Whole numbers cannot be learnt.
   * @default []
   */
  readonly learn?: readonly P[]
  /** Names to record besides the states, such as 'pre'. Default: none, if the neuron brings none of its own. */
  readonly record?: readonly R[]
}

/** Options of a neuron whose parameters are `P`, and whose equations set the names `R`. */
export type OptionsOf<P extends string, R extends string = string> = NeuronOptions<P, R> &
  Partial<Record<P, ParamValue>>

const areInputs: Check = (value) =>
  is.names(value) ?? ((value as string[]).length > 0 ? undefined : "give at least one current: ['input']")

/**
 * Makes a neuron of equations. `spike` is what goes out (it may be graded), `input` what comes in; the order of the lines is the order
 * of things within a time step. Returns a function that gives values to the parameters. Parameters that are learnt stay within their
 * bounds: after each update, values beyond an end are set to that end.
 *
 * Throws HILLOCK_OPTION if the text lacks a name or equations. The function that it returns throws HILLOCK_SYNTAX, HILLOCK_NAME or
 * HILLOCK_EQUATION if the equations are wrong, and HILLOCK_OPTION if a parameter is unknown or a value is out of its bounds.
 *
 * @example
 * ```ts
 * import { dense, neuron, sequential } from '@hillock/core'
 *
 * const saturating = neuron({
 *   name: 'saturating',
 *   params: { beta: 0.9, threshold: 1 },
 *   bounds: { beta: [0, 1], threshold: { above: 0 } },
 *   state: { v: 0 },
 *   equations: `
 *     v = tanh(beta * v + input)
 *     spike = heaviside(v - threshold)
 *     v = where(spike, 0, v)`,
 * })
 * sequential(784, [dense(10), saturating({ threshold: 0.5, learn: ['threshold'] })])
 * ```
 */
export function neuron<P extends string = never>(text: NeuronText<P>): (options?: OptionsOf<P>) => Neuron {
  checkText('neuron', text, { inputs: areInputs, record: is.names, surrogate: isSurrogate })
  return (options = {}) => made(text, options)
}

/**
 * A neuron of which some options shape the equations: `checks` for these, and what they write. Throws HILLOCK_OPTION if an option is
 * unknown or a value is refused.
 */
export function shaped<S extends object>(
  options: object,
  checks: { readonly [Name in keyof S]-?: Check },
  write: (shape: S) => NeuronText,
): Neuron {
  const names = Object.keys(checks)
  const { name, params } = write({} as S)
  checkGiven(name, options, [...Object.keys(params ?? {}), ...names])
  const entries = Object.entries(options)
  const shape = Object.fromEntries(entries.filter(([key, value]) => names.includes(key) && value !== undefined))
  for (const [key, value] of Object.entries(shape)) checkValue(name, key, value, checks[key as keyof S])
  return made(write(shape as S), Object.fromEntries(entries.filter(([key]) => !names.includes(key))), names)
}

const own = ['surrogate', 'learn', 'record']

function made(text: NeuronText, options: NeuronOptions, others: readonly string[] = []): Neuron {
  checkGiven(text.name, options, [...Object.keys(text.params ?? {}), ...own, ...others])
  const { surrogate = text.surrogate ?? fastSigmoid(), learn = [], record = text.record ?? [], ...given } = options
  const params = parameters(text, given, [...own, ...others])
  checkSurrogate(text.name, surrogate)
  checkNames(text.name, 'learn', learn)
  checkNames(text.name, 'record', record)
  for (const name of learn) checkLearnt(text, name, Object.keys(params))
  return assembled(
    {
      name: text.name,
      equations: text.equations,
      inputs: text.inputs ?? ['input'],
      params: Object.keys(params),
      ...(text.bounds && { bounds: text.bounds }),
      state: text.state ?? {},
      outputs: ['spike'],
      record,
      surrogate,
    },
    params,
    learn,
  )
}

/** A neuron of a definition, and of values that have been checked. */
export function assembled(definition: Definition, params: Neuron['params'], learn: readonly string[]): Neuron {
  const found = kernels(definition, learn)
  checkConstants(found.compiled, params)
  return {
    name: definition.name,
    definition,
    params,
    learn,
    kernels: found,
    binary: isBinary(found.forward.program, 'spike'),
  }
}

/** Throws HILLOCK_OPTION if what follows from parameters alone is not finite in f32. */
function checkConstants(compiled: Compiled, params: Neuron['params']): void {
  const { definition, setup } = compiled
  const arrays = [...Object.values(params), ...Object.values(definition.state)].filter((one) => typeof one === 'object')
  const values = evaluateSetup(compiled, params, arrays[0]?.length ?? 1)
  for (const [output, node] of Object.entries(setup.outputs)) {
    const found = [values[output]!].flatMap((value) => (typeof value === 'number' ? value : [...value]))
    const wrong = found.find((value) => !Number.isFinite(Math.fround(value)))
    if (wrong === undefined) continue
    const read = reachable(setup.nodes, [node])
    const names = setup.nodes.flatMap(({ name }, i) => (read[i] && name !== undefined ? [`'${name}'`] : []))
    const message = `${definition.name}: what is computed of ${names.join(' and ') || 'numbers'} alone is ${wrong}`
    throw optionError(message, 'look for a division by zero, a logarithm or an overflow')
  }
}

/** Throws HILLOCK_OPTION unless these are names. */
function checkNames(model: string, option: string, names: unknown): void {
  if (Array.isArray(names) && names.every((name) => typeof name === 'string')) return
  const hint = typeof names === 'string' ? `write ['${names}']` : 'give a list of names'
  throw optionError(`${model}: '${option}' is ${show(names)}`, hint)
}

function checkLearnt({ name, bounds }: NeuronText, param: string, known: readonly string[]): void {
  const fail = (hint: string): never => {
    throw optionError(`${name} cannot learn '${param}'`, hint)
  }
  if (!known.includes(param)) fail(didYouMean(param, known, `its parameters: ${known.join(', ') || 'none'}`))
  const range = bounds?.[param]
  if (range !== undefined && 'whole' in range && range.whole) fail('it is a whole number, which has no gradient')
}
