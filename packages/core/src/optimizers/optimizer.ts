import type { Backend, Tensor } from '../backend.ts'
import type { Bounds } from '../equations/definition.ts'
import { HillockError } from '../errors.ts'
import { evaluateSetup, type Kernels, kernels } from '../kernel.ts'
import { checkText, type Model, type ModelText, parameters } from '../model.ts'
import { checkGiven, checkValue, is, renamed } from '../options.ts'
import { optionError } from '../refusals.ts'
import type { LrSchedule } from './lr-schedule.ts'

/** Changes weights by their gradients: a program with the state `weight` and its moments, run once a training step over each array. */
export interface Optimizer extends Model {
  /** Shown in messages, such as 'adam'. */
  readonly name: string
  /** Its equations as a program for a backend. */
  readonly kernels: Kernels
  /** What the learning rate is multiplied by in the course of training. Default: 1. */
  readonly lrSchedule?: LrSchedule
}

/** What `optimizer` is given: equations with defaults and bounds for their parameters. */
export interface OptimizerText<P extends string = string> extends ModelText<P> {
  /** Parameters with their defaults, `learningRate` among them. */
  readonly params: Readonly<Record<P, number>>
  /** The moments, which all start at 0. */
  readonly state?: Readonly<Record<string, 0>>
  /** Which values each parameter takes. */
  readonly bounds: Readonly<Record<P, Bounds>>
}

/** What options were called in hillock 0.1. */
export interface OptimizerAliases {
  /** The old name of `learningRate`. @deprecated It is called `learningRate`. */
  readonly rate?: number
  /** The old name of `lrSchedule`. @deprecated It is called `lrSchedule`. */
  readonly schedule?: LrSchedule
}

/** A value for any parameter, and how the learning rate changes. */
export type OptimizerOptions<P extends string> = Partial<Record<P, number>> &
  OptimizerAliases & { readonly lrSchedule?: LrSchedule }

/** Options by the names of today. Throws HILLOCK_OPTION if one is given by both its names. */
export const withNewNames = <T extends OptimizerAliases>(name: string, options: T): Omit<T, keyof OptimizerAliases> =>
  renamed(name, options, { rate: 'learningRate', schedule: 'lrSchedule' })

/**
 * Makes an optimizer of equations. They read `gradient` and `step` (counted from 1), set `weight` and the moments, and have a
 * parameter `learningRate`, which a schedule multiplies. What they compute of parameters and `step` alone is computed once a step, in f64.
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
 *   params: { learningRate: 0.001 },
 *   bounds: { learningRate: [0, Infinity] },
 *   equations: 'weight = weight - learningRate * ((gradient > 0) - (gradient < 0))',
 * })
 * signSgd({ learningRate: 1e-4 })
 * ```
 */
export function optimizer<P extends string>(
  text: OptimizerText<P | 'learningRate'>,
): (options?: OptimizerOptions<P | 'learningRate'>) => Optimizer {
  checkText('optimizer', text, {}, ['params', 'bounds'])
  if (!Object.hasOwn(text.params, 'learningRate'))
    throw optionError(`${text.name} has no parameter 'learningRate'`, 'a schedule multiplies it')
  return (options = {}) => {
    checkGiven(text.name, options, [...Object.keys(text.params), 'lrSchedule'])
    const { lrSchedule, ...given } = withNewNames(text.name, options)
    const params = parameters(text, given, ['lrSchedule'])
    if (lrSchedule !== undefined)
      checkValue(text.name, 'lrSchedule', lrSchedule, is.made('a schedule: cosine()', 'name', 'at'))
    const array = Object.keys(params).find((name) => typeof params[name] !== 'number')
    if (array !== undefined) throw optionError(`${text.name}: '${array}' must be one number`)
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
    return { name: text.name, definition, params, kernels: made, ...(lrSchedule && { lrSchedule }) }
  }
}

/** What an optimizer computes once a step, whatever the array: `step` is counted from 1, `rateFactor` multiplies the learning rate. */
export function stepValues(
  { kernels: { compiled }, params }: Optimizer,
  step: number,
  rateFactor = 1,
): Record<string, number> {
  const learningRate = (params.learningRate as number) * rateFactor
  return evaluateSetup(compiled, { ...params, learningRate, step }, 1) as Record<string, number>
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
