import { HillockError } from '@hillock/core'
import { checkOptions, is } from '@hillock/core/options'
import { counted } from './axes.ts'
import { checkCount, checkSome, checkValues, isList, listOf } from './check.ts'
import { type Figure, figure } from './figure.ts'
import { gallery } from './gallery.ts'
import { withBar } from './heat-map.ts'

/** Weights [inputs, size], as hillock holds them: those into unit j are `values[i * size + j]`. */
export interface WeightMatrix {
  /** Rows of the matrix: inputs. */
  readonly inputs: number
  /** Columns of the matrix: neurons. */
  readonly size: number
  /** The weights, [inputs, size]. */
  readonly values: ArrayLike<number>
}

/** Options of `weights`. */
export interface WeightsOptions extends WeightMatrix {
  /** Title of the figure. Default: none. */
  readonly title?: string
  /** [rows, columns] of the image that goes in; without it the weights are drawn as one matrix. */
  readonly shape?: ImageShape | undefined
  /** Which units, in this order. Default: all. */
  readonly units?: readonly number[] | undefined
}

const matrixOptions = { inputs: is.anything, size: is.anything, values: isList }

/** Rows and columns of an image. */
export type ImageShape = readonly [rows: number, columns: number]

/**
 * The weights into each unit of a layer as an image, where its input is one; else all of them as a matrix, inputs down and units across.
 * Blue is below 0, red above. Throws HILLOCK_SHAPE if sizes do not fit, HILLOCK_RANGE if the layer has no such unit, HILLOCK_NOT_FINITE if a value is
 * NaN or infinite.
 */
export function weights(options: WeightsOptions): Figure {
  const known = { ...matrixOptions, title: is.text, shape: isList, units: isList }
  checkOptions('weights', options, known, ['inputs', 'size', 'values'])
  checkMatrix('weights', options)
  const { title, shape, inputs, size, values, units = Array.from({ length: size }, (_, j) => j) } = options
  checkSome('units', units)
  const wrong = units.find((j) => !Number.isSafeInteger(j) || j < 0 || j >= size)
  if (wrong !== undefined) {
    throw new HillockError('HILLOCK_RANGE', `there is no unit ${wrong}`, { hint: `there are ${size}, from 0` })
  }
  const at = (input: number, place: number) => values[input * size + units[place]!]!
  if (shape === undefined) return matrix(title, inputs, units, at)
  checkShape(shape, inputs)
  const [rows, columns] = shape
  const images = units.map((unit, place) => ({
    name: String(unit),
    grid: { rows, columns, at: (y: number, x: number) => at(y * columns + x, place) },
  }))
  return gallery(title, images, 'weight')
}

/** Options of `templates`. */
export interface TemplatesOptions {
  /** Title of the figure. Default: none. */
  readonly title?: string
  /** From the input on. */
  readonly layers: readonly WeightMatrix[]
  /** Rows and columns of an image. */
  readonly shape: ImageShape
}

const isLayers = listOf('the weights of a layer: { inputs, size, values }', 'inputs', 'size', 'values')

/**
 * What of the input each class stands for, as an image: the product W1 . W2 ... of a network's weights, which leaves out what neurons do in
 * between. Throws HILLOCK_SHAPE if sizes do not fit, HILLOCK_NOT_FINITE if a value is NaN or infinite.
 */
export function templates(options: TemplatesOptions): Figure {
  checkOptions('templates', options, { title: is.text, layers: isLayers, shape: isList }, ['layers', 'shape'])
  const { title, layers, shape } = options
  checkSome('layers', layers)
  for (const [i, layer] of layers.entries()) {
    checkMatrix(`weights of layer ${i + 1}`, layer)
    const before = layers[i - 1]?.size ?? layer.inputs
    if (before === layer.inputs) continue
    const hint = 'give the weights of all layers, from the input on'
    throw new HillockError('HILLOCK_SHAPE', `layer ${i + 1} has ${layer.inputs} inputs after ${before} units`, { hint })
  }
  const { inputs, size, values } = layers.reduce(product)
  checkShape(shape, inputs)
  const [rows, columns] = shape
  const images = Array.from({ length: size }, (_, j) => ({
    name: `class ${j}`,
    grid: { rows, columns, at: (y: number, x: number) => values[(y * columns + x) * size + j]! },
  }))
  return gallery(title, images, 'weight')
}

function product(a: WeightMatrix, b: WeightMatrix): WeightMatrix {
  const values = new Float64Array(a.inputs * b.size)
  for (let i = 0; i < a.inputs; i++) {
    for (let k = 0; k < a.size; k++) {
      const weight = a.values[i * a.size + k]!
      for (let j = 0; j < b.size; j++) values[i * b.size + j]! += weight * b.values[k * b.size + j]!
    }
  }
  return { inputs: a.inputs, size: b.size, values }
}

function matrix(
  title: string | undefined,
  inputs: number,
  units: readonly number[],
  at: (i: number, j: number) => number,
): Figure {
  const side = (count: number) => Math.min(560, Math.max(120, 6 * count))
  const panel = {
    grid: { rows: inputs, columns: units.length, at },
    width: side(units.length),
    height: side(inputs),
    alt: `weights from ${inputs} inputs to ${units.length} units`,
    y: counted(inputs, 'input'),
    x: { ...counted(units.length, 'unit'), ...(units.some((unit, place) => unit !== place) && { names: units }) },
  }
  return figure(title, [withBar(panel, 'weight')])
}

function checkMatrix(what: string, { inputs, size, values }: WeightMatrix): void {
  checkCount(`${what}: inputs`, inputs)
  checkCount(`${what}: units`, size)
  checkValues(what, values, [inputs, size])
}

/** Throws HILLOCK_SHAPE if the values do not form an image of this shape. */
export function checkShape(shape: ImageShape, count: number): void {
  const [rows, columns, ...more]: readonly unknown[] = shape
  const sizes = typeof rows === 'number' && typeof columns === 'number' && more.length === 0
  if (sizes && Number.isSafeInteger(rows) && Number.isSafeInteger(columns) && rows > 0 && rows * columns === count)
    return
  const hint = 'give rows and columns, or leave the shape out'
  const found = sizes ? `${rows} by ${columns}` : `${shape.length} numbers`
  throw new HillockError('HILLOCK_SHAPE', `${count} values are not an image of ${found}`, { hint })
}
