import { checkOptions, is } from '@hillock/core/options'
import { checkValues, isList } from './check.ts'
import { type Figure, figure, type Part } from './figure.ts'
import { asGiven, rangeOf } from './grid.ts'
import { imagePanel } from './image-panel.ts'
import { brightnessScale } from './palette.ts'
import { checkShape, type ImageShape } from './weights.ts'

/** Options of `image`. */
export interface ImageOptions {
  /** Title of the figure. Default: none. */
  readonly title?: string
  /** Row by row from the top. */
  readonly values: ArrayLike<number>
  /** Rows and columns. */
  readonly shape: ImageShape
}

/**
 * An input as an image, from black for the least value to white for the largest. Throws HILLOCK_SHAPE if sizes do not fit, HILLOCK_NOT_FINITE if a
 * value is NaN or infinite.
 */
export function image(options: ImageOptions): Figure {
  checkOptions('image', options, { title: is.text, values: isList, shape: isList }, ['values', 'shape'])
  const { title, ...given } = options
  return figure(title, [inputPanel(given, 8)])
}

/** An input as an image, so many units a pixel. */
export function inputPanel({ values, shape, title }: ImageOptions, pixel: number): Part {
  checkShape(shape, values.length)
  checkValues('image', values, shape)
  const [rows, columns] = shape
  const grid = asGiven(rows, columns, values)
  const { low, high } = rangeOf(grid)
  return imagePanel({
    grid,
    scale: brightnessScale(low, high),
    width: pixel * columns,
    height: pixel * rows,
    alt: `image of ${rows} by ${columns}`,
    ...(title !== undefined && { title }),
  })
}
