import {
  type Encoder,
  encoder,
  firingRate,
  HillockError,
  type Loss,
  type Neuron,
  neuron,
  type Optimizer,
  recurrent,
  rows,
} from '@hillock/core'
import { quantized } from '@hillock/core/connections'
import { choices } from '@hillock/core/errors'
import type { RecurrentOptions, Surrogate } from '@hillock/core/neurons'
import { encoders, type Factory, losses, neurons, optimizers, schedules, surrogates } from './names.ts'
import { exportOf, isForeign, packagesOf } from './plugin-names.ts'
import type { LearnerSpec, NeuronSpec, OptimizerSpec, Options, Recipe } from './recipe.ts'

/** Neurons and encoders that are not hillock's, by the names that recipes have for them. */
export interface OwnParts {
  /** Neurons of your own, by the names that the recipe uses. */
  readonly neurons?: Readonly<Record<string, Factory<Neuron>>>
  /** Encoders of your own, by the names that the recipe uses. */
  readonly encoders?: Readonly<Record<string, Factory<Encoder>>>
}

/** The encoder of a recipe. Throws as `buildNetwork` does. */
export function buildEncoder(
  { encoder: { rows: inRows, ...spec } }: Pick<Recipe, 'encoder'>,
  own: OwnParts = {},
): Encoder {
  const made = buildWhole(spec, own)
  return inRows ? rows(made) : made
}

function buildWhole({ name, ...rest }: Recipe['encoder'], own: OwnParts): Encoder {
  const { equations, params, state, bounds, range, ...options } = rest
  if (equations === undefined) return make('encoder', { ...own.encoders, ...encoders }, name, rest)
  const text = { name, equations, params, state, bounds, range } as Parameters<typeof encoder>[0]
  return (encoder(text) as Factory<Encoder>)(options as never)
}

/** What a recipe gives its learner: `bptt(learnerOptions(recipe.learner))`. Throws as `buildNetwork` does. */
export const learnerOptions = ({ name: _, optimizer, regularize, ...options }: LearnerSpec): object => ({
  ...options,
  ...(optimizer && { optimizer: buildOptimizer(optimizer) }),
  ...(regularize && { regularize: firingRate(regularize as object) }),
})

/** The loss that a recipe names. Throws HILLOCK_OPTION if an option of it is wrong. */
export const buildLoss = ({ loss: { name, ...options } }: Recipe): Loss => make('loss', losses, name, options)

/** Neurons of a recipe. Throws as `buildNetwork` does. */
export function buildNeuron({ recurrent: again, quantized: few, name: _, ...spec }: NeuronSpec, own: OwnParts): Neuron {
  const whole = buildPlain(spec, own)
  const made = few === undefined ? whole : quantized(whole, few)
  if (again === undefined) return made
  const { quantized: weights, ...options } = again
  const back = recurrent(made, options as RecurrentOptions)
  return weights === undefined ? back : quantized(back, weights)
}

function buildPlain({ neuron: which, surrogate, ...options }: NeuronSpec, own: OwnParts): Neuron {
  const { name, ...rest } = typeof which === 'string' ? { name: which } : which
  const { equations, params, state, bounds, inputs, ...values } = rest as Partial<Exclude<NeuronSpec['neuron'], string>>
  const all = { ...options, ...(surrogate && { surrogate: buildSurrogate(surrogate) }) }
  if (equations === undefined) return make('neuron', { ...own.neurons, ...neurons }, name, { ...rest, ...all })
  const text = { name, equations, params, state, bounds, inputs } as Parameters<typeof neuron>[0]
  return (neuron(text) as Factory<Neuron>)({ ...values, ...all } as never)
}

const buildSurrogate = ({ name, ...options }: { name: string }): Surrogate =>
  make('surrogate', surrogates, name, options)

/** The optimizer that a recipe names. Throws HILLOCK_OPTION if an option of it is wrong. */
export function buildOptimizer({ name, lrSchedule, ...options }: OptimizerSpec): Optimizer {
  if (lrSchedule === undefined) return make('optimizer', optimizers, name, options)
  const { name: kind, ...rest } = lrSchedule
  return make('optimizer', optimizers, name, { ...options, lrSchedule: make('schedule', schedules, kind, rest) })
}

function make<T>(
  kind: string,
  table: Readonly<Record<string, Factory<T>>>,
  name: string,
  options: Options | object,
): T {
  if (Object.hasOwn(table, name)) return table[name]!(options as never)
  const known = Object.keys(table)
  if ((kind === 'neuron' || kind === 'encoder') && isForeign(name, known)) {
    const hint = `give it as { ${kind}s: { '${name}': ${exportOf(name)} } }, from its package: ${packagesOf(kind, name).join(' or ')}`
    throw new HillockError('HILLOCK_PLUGIN', `the ${kind} '${name}' is none of hillock's own`, { hint })
  }
  throw new HillockError('HILLOCK_RECIPE', `there is no ${kind} '${name}'`, { hint: choices(name, known) })
}
