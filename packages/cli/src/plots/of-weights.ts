import { HillockError, type Layer, weightNames } from '@hillock/core'
import type { Figure, ImageShape, WeightMatrix } from '@hillock/plot'
import type { SavedModel } from '../model.ts'
import { plot } from '../picture.ts'
import { chooseLayer, chooseNeurons } from './choose.ts'

/** More images than this are too many to look at. */
const images = 100

/** The weights into each unit of a layer: images where the input of the network goes in, else a matrix. Errors: HILLOCK_USAGE. */
export async function weightsOf(
  model: SavedModel,
  options: { readonly layer?: string | undefined; readonly neurons?: readonly number[] | undefined },
): Promise<Figure> {
  const { recipe, network } = model
  const layer = chooseLayer(network, options.layer)
  const { name, index, size } = layer
  const shape = index === 0 ? imageShape(network.inputs) : undefined
  const shown = options.neurons && chooseNeurons(layer, options.neurons)
  const first = shape && size > images ? Array.from({ length: images }, (_, j) => j) : undefined
  const of = shown === undefined && first ? `the first ${images} of ${size} units` : `${shown?.length ?? size} units`
  return (await plot()).weights({
    title: `${recipe.name}: weights into ${of} of ${name}`,
    ...matrixOf(model, layer),
    shape,
    units: shown ?? first,
  })
}

/** What of the input each class stands for. Errors: HILLOCK_USAGE where the input is no image. */
export async function templatesOf(model: SavedModel): Promise<Figure> {
  const { recipe, network } = model
  const shape = needImage(network.inputs)
  const title = `${recipe.name}: class templates, the product of the weights of all layers`
  return (await plot()).templates({ title, layers: network.layers.map((layer) => matrixOf(model, layer)), shape })
}

function matrixOf({ weights }: SavedModel, layer: Layer): WeightMatrix {
  const { weight } = weightNames(layer, layer.neuron.definition.inputs[0]!)
  return { inputs: layer.inputs, size: layer.size, values: weights.get(weight)!.values }
}

/** All data sets that a recipe can name are square images. */
export function imageShape(values: number): ImageShape | undefined {
  const side = Math.round(Math.sqrt(values))
  return side * side === values && side > 1 ? [side, side] : undefined
}

/** Errors: HILLOCK_USAGE where so many values are no square image. */
export function needImage(values: number): ImageShape {
  const shape = imageShape(values)
  if (shape) return shape
  const hint = 'choose another --kind'
  throw new HillockError('HILLOCK_USAGE', `${values} inputs are no square image`, { hint })
}
