import { HillockError, type Layer } from '@hillock/core'
import type { Conv } from '@hillock/core/connections'
import { checkDense } from '@hillock/core/learner'
import type { SourcePart } from '@hillock/core/network'
import type { Figure, ImageShape, WeightMatrix } from '@hillock/plot'
import type { SavedModel } from '@hillock/recipes'
import { plot } from '../output/figure-file.ts'
import { chooseLayer, chooseNeurons } from './choose-layer.ts'

/** More images than this are too many to look at. */
const images = 100

/**
 * Draws the weights into each unit of a layer. The first layer and convolutions give images, other layers a matrix.
 * Throws HILLOCK_USAGE if the layer has no weights, or weights that cannot be drawn.
 */
export async function weightsOf(
  model: SavedModel,
  options: { readonly layer?: string | undefined; readonly neurons?: readonly number[] | undefined },
): Promise<Figure> {
  const { recipe, network } = model
  const layer = chooseLayer(network, options.layer)
  const { name } = layer
  const filters = filtersOf(model, layer)
  const { size, ...matrix } = filters ?? matrixOf(model, layer)
  const image = layer.sources[0]!.from === 'input' ? imageShape(network.inputs) : undefined
  const shape = filters ? filters.shape : image
  const shown = options.neurons && chooseNeurons({ name, size }, options.neurons, filters ? 'filter' : 'neuron')
  const first = shape && size > images ? Array.from({ length: images }, (_, j) => j) : undefined
  const units = filters ? 'filters' : 'units'
  const of =
    shown === undefined && first ? `the first ${images} of ${size} ${units}` : `${shown?.length ?? size} ${units}`
  return (await plot()).weights({
    title: `${recipe.name}: weights into ${of} of ${name}`,
    ...matrix,
    size,
    shape,
    units: shown ?? first,
  })
}

/** What of the input each class stands for. Throws HILLOCK_USAGE if the input is not an image. */
export async function templatesOf(model: SavedModel): Promise<Figure> {
  const { recipe, network } = model
  checkDense('plot --kind templates', network, 'choose --kind weights')
  const shape = needImage(network.inputs)
  const title = `${recipe.name}: class templates, the product of the weights of all layers`
  return (await plot()).templates({ title, layers: network.layers.map((layer) => matrixOf(model, layer)), shape })
}

function matrixOf({ weights }: SavedModel, layer: Layer): WeightMatrix {
  const { connection, link, weight } = learntOf(layer)
  if (link.wiring !== undefined) {
    const hint = 'choose another --layer: one of dense weights, or a convolution over images'
    const found = `${layer.name} is connected by ${connection.kind}, whose weights cannot be drawn`
    throw new HillockError('HILLOCK_USAGE', found, { hint })
  }
  const [inputs, size] = link.weights as [number, number]
  return { inputs, size, values: weights.get(weight!)!.values }
}

/** The windows of a convolution over images, one for each channel that comes in and each that goes out, those of one input channel together. */
function filtersOf({ weights }: SavedModel, layer: Layer): (WeightMatrix & { readonly shape: ImageShape }) | undefined {
  const { connection, weight } = learntOf(layer)
  if (connection.kind !== 'conv2d') return undefined
  const [rows, columns] = (connection as Conv).kernel as ImageShape
  const { values } = weights.get(weight!)!
  return { inputs: rows * columns, size: values.length / (rows * columns), values, shape: [rows, columns] }
}

/** The first connection of a layer that has weights. Throws HILLOCK_USAGE if none has. */
function learntOf({ name, sources }: Layer): SourcePart {
  const found = sources.flatMap(({ parts }) => parts).find(({ weight }) => weight !== undefined)
  if (found !== undefined) return found
  throw new HillockError('HILLOCK_USAGE', `${name} has no weights`, { hint: 'choose another --layer' })
}

/** All data sets that a recipe can name are square images. */
export function imageShape(values: number): ImageShape | undefined {
  const side = Math.round(Math.sqrt(values))
  return side * side === values && side > 1 ? [side, side] : undefined
}

/** Throws HILLOCK_USAGE if the values do not form a square image. */
export function needImage(values: number): ImageShape {
  const shape = imageShape(values)
  if (shape) return shape
  const hint = 'choose another --kind'
  throw new HillockError('HILLOCK_USAGE', `${values} inputs do not form a square image`, { hint })
}
