import {
  type Dense,
  type DenseOptions,
  dense,
  type Encoder,
  HillockError,
  type Loss,
  type Network,
  type Neuron,
  neuron,
  type Optimizer,
  type Surrogate,
  sequential,
  suggestion,
} from '@hillock/core'
import { choices } from './choices.ts'
import { encoders, type Factory, losses, neurons, optimizers, schedules, surrogates } from './names.ts'
import type { NeuronSpec, OptimizerSpec, Options, Part, Recipe } from './recipe.ts'

/** The network of a recipe. Errors: HILLOCK_RECIPE for an unknown name, HILLOCK_OPTION for options it does not take. */
export const buildNetwork = (recipe: Recipe, inputs: number): Network => sequential(inputs, recipe.network.map(part))

export const buildEncoder = ({ encoder: { name, ...options } }: Recipe): Encoder =>
  make('encoder', encoders, name, options)

export const buildLoss = ({ loss: { name, ...options } }: Recipe): Loss => make('loss', losses, name, options)

function part(given: Part): Dense | Neuron {
  if (!('dense' in given)) return buildNeuron(given as NeuronSpec)
  const { dense: units, ...options } = given
  return dense(units as number, options as DenseOptions)
}

function buildNeuron({ neuron: which, surrogate, ...options }: NeuronSpec): Neuron {
  const all = surrogate === undefined ? options : { ...options, surrogate: buildSurrogate(surrogate) }
  if (typeof which === 'string') return make('neuron', neurons, which, all)
  return (neuron(which as Parameters<typeof neuron>[0]) as Factory<Neuron>)(all as never)
}

function buildSurrogate({ name, ...options }: { name: string }): Surrogate {
  const surrogate = make('surrogate', surrogates, name, options)
  const unknown = Object.keys(options).find((option) => !Object.hasOwn(surrogate.params, option))
  if (unknown === undefined) return surrogate
  const names = Object.keys(surrogate.params)
  const hint = suggestion(unknown, names) ?? `its options: ${names.join(', ') || 'none'}`
  throw new HillockError('HILLOCK_OPTION', `the surrogate ${name} has no option '${unknown}'`, { hint })
}

export function buildOptimizer({ name, schedule, ...options }: OptimizerSpec): Optimizer {
  if (schedule === undefined) return make('optimizer', optimizers, name, options)
  const { name: kind, ...rest } = schedule
  return make('optimizer', optimizers, name, { ...options, schedule: make('schedule', schedules, kind, rest) })
}

function make<T>(
  kind: string,
  table: Readonly<Record<string, Factory<T>>>,
  name: string,
  options: Options | object,
): T {
  if (!Object.hasOwn(table, name)) {
    const hint = choices(name, Object.keys(table))
    throw new HillockError('HILLOCK_RECIPE', `there is no ${kind} '${name}'`, { hint })
  }
  return table[name]!(options as never)
}
