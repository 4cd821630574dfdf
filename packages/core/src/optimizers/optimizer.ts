import type { Backend, Tensor } from '../backend.ts'
import type { Bounds } from '../equations/definition.ts'
import { HillockError } from '../errors.ts'
import { evaluateSetup, type Kernels, kernels } from '../kernel.ts'
import { checkText, type Model, type ModelText, parameters } from '../model.ts'
import { checkGiven, checkValue, is } from '../options.ts'
import type { Schedule } from './schedule.ts'

/** Changes weights by their gradients: a program with the state `weight` and its moments, run once a training step over each array. */
export interface Optimizer extends Model {
  readonly name: string
  readonly kernels: Kernels
  readonly schedule?: Schedule
}

export interface OptimizerText<P extends string = string> extends ModelText<P> {
  readonly params: Readonly<Record<P, number>>
  /** The moments, which all start at 0. */
  readonly state?: Readonly<Record<string, 0>>
  readonly bounds: Readonly<Record<P, Bounds>>
}

/** A value for any parameter, and how the `rate` changes. */
export type OptimizerOptions<P extends string> = Partial<Record<P, number>> & { readonly schedule?: Schedule }

/**
 * Makes an optimizer of equations. They read `gradient` and `step` (counted from 1), set `weight` and the moments, and have a
 * parameter `rate`, which a schedule multiplies. What they compute of parameters and `step` alone is computed once a step, in f64.
 *
 * Errors, when the optimizer is given its values: those of the equations (HILLOCK_SYNTAX, HILLOCK_NAME, HILLOCK_EQUATION), and
 * HILLOCK_OPTION for an unknown parameter or one out of bounds.
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
