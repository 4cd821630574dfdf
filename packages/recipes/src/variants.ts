import type { OwnParts } from './build.ts'
import { neurons } from './names.ts'
import { isNeuron, type NeuronSpec, type Recipe } from './recipe.ts'

/** A recipe with another neuron, another surrogate, in every layer; of a neuron's options those are kept that the other takes, too. */
export function withNeurons(
  recipe: Recipe,
  neuron: string | undefined,
  surrogate: string | undefined,
  own: OwnParts = {},
): Recipe {
  const network = recipe.network.map((part) => {
    if (!isNeuron(part)) return part
    const other =
      neuron === undefined
        ? part
        : { ...kept(part, neuron, own), neuron, ...(part.name !== undefined && { name: part.name }) }
    return surrogate === undefined ? other : { ...other, surrogate: { name: surrogate } }
  })
  return { ...recipe, network: network as Recipe['network'] }
}

function kept(part: NeuronSpec, neuron: string, own: OwnParts): Partial<NeuronSpec> {
  const known = { ...own.neurons, ...neurons }
  if (!Object.hasOwn(known, neuron)) return {}
  const { params } = known[neuron]!({} as never)
  return Object.fromEntries(Object.entries(part).filter(([key]) => key === 'surrogate' || Object.hasOwn(params, key)))
}
