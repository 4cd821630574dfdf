import type { Surrogate } from './equations/lower.ts'
import { HillockError } from './errors.ts'
import { isBinary, type Kernels, kernels, type ParamValue } from './kernel.ts'
import { type Model, type ModelText, parameters } from './model.ts'
import { fastSigmoid } from './surrogates.ts'

/** A neuron ready for a layer: equations, values for the parameters, and what is learnt and recorded. */
export interface Neuron extends Model {
  readonly name: string
  /** Parameters trained along with the weights: a shared one as one number, one given as an array per neuron. */
  readonly learn: readonly string[]
  readonly kernels: Kernels
  /** Whether `spike` can only be 0 or 1. */
  readonly binary: boolean
}

export interface NeuronText<P extends string = string> extends ModelText<P> {
  /** Names of the currents that come in; ['input'] unless the neuron has several compartments. */
  readonly inputs?: readonly string[]
  /** Further names to record besides the states. */
  readonly record?: readonly string[]
  /** Used where none is given. */
  readonly surrogate?: Surrogate
}

/** What may be said of any neuron, besides its parameters. */
export interface NeuronOptions {
  readonly surrogate?: Surrogate
  readonly learn?: readonly string[]
  readonly record?: readonly string[]
}

/** Options of a neuron whose parameters are `P`. */
export type OptionsOf<P extends string> = NeuronOptions & Partial<Record<P, ParamValue>>

/**
 * Makes a neuron of equations. `spike` is what goes out (it may be graded), `input` what comes in; the order of the lines is the order
 * of things within a time step. Returns a function that gives values to the parameters.
 *
 * Errors, when the neuron is given its values: those of the equations (HILLOCK_SYNTAX, HILLOCK_NAME, HILLOCK_EQUATION), and
 * HILLOCK_OPTION for an unknown parameter.
 */
export function neuron<P extends string = never>(text: NeuronText<P>): (options?: OptionsOf<P>) => Neuron {
  return (options = {}) => {
    const { surrogate = text.surrogate ?? fastSigmoid(), learn = [], record = text.record ?? [], ...given } = options
    const params = parameters(text, given)
    const unknown = learn.find((name) => !Object.hasOwn(params, name))
    if (unknown !== undefined) {
      const hint = `its parameters: ${Object.keys(params).join(', ')}`
      throw new HillockError('HILLOCK_OPTION', `${text.name} cannot learn '${unknown}'`, { hint })
    }
    const definition = {
      name: text.name,
      equations: text.equations,
      inputs: text.inputs ?? ['input'],
      params: Object.keys(params),
      state: text.state ?? {},
      outputs: ['spike'],
      record,
      surrogate,
    }
    const made = kernels(definition, learn)
    return {
      name: text.name,
      definition,
      params,
      learn,
      kernels: made,
      binary: isBinary(made.forward.program, 'spike'),
    }
  }
}
