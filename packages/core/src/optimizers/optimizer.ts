import type { Backend, Tensor } from '../backend.ts'
import type { Bounds } from '../equations/definition.ts'
import { HillockError } from '../errors.ts'
import { evaluateSetup, type Kernels, kernels } from '../kernel.ts'
import { checkText, type Model, type ModelText, parameters } from '../model.ts'
import { checkGiven, checkValue, is } from '../options.ts'
import type { Schedule } from './schedule.ts'

/** Changes weights by their gradients: a program with the state `weight` and its moments, run once a training step over each array. */
export interface Optimizer extends Model {
  /** Shown in messages, such as 'adam'. */
  readonly name: string
  /** Its equations as a program for a backend. */
  readonly kernels: Kernels
  /** What the rate is multiplied by in the course of training. Default: 1. */
  readonly schedule?: Schedule
}

/** What `optimizer` is given: equations with defaults and bounds for their parameters. */
export interface OptimizerText<P extends string = string> extends ModelText<P> {
  /** Parameters with their defaults, `rate` among them. */
  readonly params: Readonly<Record<P, number>>
  /** The moments, which all start at 0. */
  readonly state?: Readonly<Record<string, 0>>
  /** Which values each parameter takes. */
  readonly bounds: Readonly<Record<P, Bounds>>
}

/** A value for any parameter, and how the `rate` changes. */
export type OptimizerOptions<P extends string> = Partial<Record<P, number>> & { readonly schedule?: Schedule }

/**
 * Makes an optimizer of equations. They read `gradient` and `step` (counted from 1), set `weight` and the moments, and have a
 * parameter `rate`, which a schedule multiplies. What they compute of parameters and `step` alone is computed once a step, in f64.
 *
 * Throws HILLOCK_OPTION if the text lacks a name, equations, parameters or bounds. The function that it returns throws HILLOCK_SYNTAX,
 * HILLOCK_NAME or HILLOCK_EQUATION if the equations are wrong, and HILLOCK_OPTION if a parameter is unknown or out of bounds.
 *
 * @example
 * ```ts
 * import { optimizer } from '@hillock/core/optimizers'
 *
 * const signSgd = optimizer({
 *   name: 'signSgd',
 *   params: { rate: 0.001 },
 *   bounds: { rate: [0, Infinity] },
 *   equations: 'weight = weight - rate * ((gradient > 0) - (gradient < 0))',
 * })
 * signSgd({ rate: 1e-4 })
 * ```
 */
export function optimizer<P extends string>(
  text: OptimizerText<P | 'rate'>,
): (options?: OptimizerOptions<P | 'rate'>) => Optimizer {
  checkText('optimizer', text, {}, ['params', 'bounds'])
  return (options = {}) => {
    checkGiven(text.name, options, [...Object.keys(text.params), 'schedule'])
    const { schedule, ...given } = options
    const params = parameters(text, given, ['schedule'])
    if (schedule !== undefined)
      checkValue(text.name, 'schedule', schedule, is.made('a schedule: cosine()', 'name', 'at'))
    const array = Object.keys(params).find((name) => typeof params[name] !== 'number')
    if (array !== undefined) throw new HillockError('HILLOCK_OPTION', `${text.name}: '${array}' must be one number`)
    const definition = {
      name: text.name,
      equations: text.equations,
      inputs: ['gradient'],
      params: Object.keys(params),
      bounds: text.bounds,
      state: { weight: 0, ...text.state },
      outputs: [],
      record: [],
      given: ['step'],
    }
    const made = kernels(definition)
    if (made.forward.program.nodes.some(({ op }) => op === 'uniform')) {
      const hint = 'omit `uniform()`: each array would draw the same numbers'
      throw new HillockError('HILLOCK_EQUATION', `${text.name}: an optimizer draws no random numbers`, { hint })
    }
    return { name: text.name, definition, params, kernels: made, ...(schedule && { schedule }) }
  }
}

/** What an optimizer computes once a step, whatever the array: `step` is counted from 1, `rateFactor` multiplies the rate. */
export function stepValues(
  { kernels: { compiled }, params }: Optimizer,
  step: number,
  rateFactor = 1,
): Record<string, number> {
  const rate = (params.rate as number) * rateFactor
  return evaluateSetup(compiled, { ...params, rate, step }, 1) as Record<string, number>
}

/** Makes one step: overwrites `weight` and the moments (by the names of the other states), all of the shape of `gradient`. */
export function updateTensors(
  backend: Backend,
  { kernels: { forward } }: Optimizer,
  tensors: { readonly weight: Tensor; readonly gradient: Tensor; readonly moments: Readonly<Record<string, Tensor>> },
  setup: Readonly<Record<string, number>>,
): void {
  backend.map(forward, {
    inputs: { gradient: tensors.gradient },
    states: { weight: tensors.weight, ...tensors.moments },
    setup,
  })
}
