import { HillockError, type Layer } from '@hillock/core'
import { buildNetwork, isNeuron, layerNames, type Part, type SavedModel } from '@hillock/recipes'

/** A model whose layer records these names, too, besides its states. Throws HILLOCK_USAGE if the equations of the layer never set one of them. */
export function recording(model: SavedModel, { name, neuron }: Layer, names: readonly string[]): SavedModel {
  const { state, record } = neuron.definition
  const known = ['spike', ...Object.keys(state), ...record]
  const more = names.filter((name) => !known.includes(name))
  if (more.length === 0) return model
  const parts = model.recipe.network
  const own = parts.filter(isNeuron)[layerNames(parts).indexOf(name)]
  const network = parts.map((part): Part => (part === own ? { ...own, record: [...record, ...more] } : part))
  try {
    return { ...model, network: buildNetwork({ ...model.recipe, network }, model.network.inputs, model.own) }
  } catch (cause) {
    if (!(cause instanceof HillockError) || cause.code !== 'HILLOCK_NAME') throw cause
    const hint = cause.hint ?? `its states and records: ${known.join(', ')}; any other name that its equations set`
    throw new HillockError('HILLOCK_USAGE', `--show: ${cause.message.split('\n')[0]}`, { hint, cause })
  }
}

/**
 * What shows best when a neuron fires: the membrane before its reset, which the built-in neurons that reset at once call `pre`, or else the
 * first state. Throws HILLOCK_USAGE if the neuron has no states.
 */
export function membraneName({ name, neuron: { name: kind, definition } }: Layer): string {
  if (/^\s*pre\s*=/m.test(definition.equations)) return 'pre'
  const [state] = Object.keys(definition.state)
  if (state !== undefined) return state
  const hint = 'choose another --layer, or --kind states'
  throw new HillockError('HILLOCK_USAGE', `${kind}, the neuron of ${name}, has no membrane to draw`, { hint })
}
