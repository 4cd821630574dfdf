import { checkOptions, is } from '@hillock/core/options'
import { type AxisOf, counted, timeAxis } from './axes.ts'
import { checkCount, checkSome, checkValues, listOf } from './check.ts'
import { type Figure, figure, type Part } from './figure.ts'
import { type Grid, overTime, rangeOf } from './grid.ts'
import { imagePanel } from './image-panel.ts'
import { inkScale } from './palette.ts'

/** What one layer gave out: [T, N]. */
export interface RasterLayer {
  /** Name of the layer. */
  readonly name: string
  /** Neurons N. */
  readonly size: number
  /** Its spikes, [steps, neurons]. */
  readonly values: ArrayLike<number>
}

/** Options of `raster`. */
export interface RasterOptions {
  /** Title of the figure. Default: none. */
  readonly title?: string
  /** Time steps T. */
  readonly steps: number
  /** From the input on; they are stacked from the top down. */
  readonly layers: readonly RasterLayer[]
  /** The length of a time step in ms; without it, time is counted in steps. */
  readonly dt?: number | undefined
}

const isLayers = listOf("a layer: { name: 'layer1', size, values }", 'name', 'size', 'values')
const known = { title: is.text, steps: is.anything, layers: isLayers, dt: is.anything }

/**
 * Who fired when, layer by layer. Graded values are the darker the larger they are, signs aside, each layer by its own largest. A layer
 * with more neurons than its panel has pixels shows in each pixel the largest of those it stands for. Throws HILLOCK_SHAPE if sizes do not fit,
 * HILLOCK_NOT_FINITE if a value is NaN or infinite, HILLOCK_OPTION if an option is wrong.
 */
export function raster(options: RasterOptions): Figure {
  checkOptions('raster', options, known, ['steps', 'layers'])
  const { title, steps, layers, dt } = options
  checkCount('time steps', steps)
  checkSome('layers', layers)
  const panels = layers.map(({ name, size, values }, i) => {
    checkCount(`${name}: neurons`, size)
    checkValues(name, values, [steps, size])
    const x = { ...timeAxis(steps, dt), bare: i < layers.length - 1 }
    return spikePanel(name, overTime(steps, size, values), { x, width: 640, height: heightFor(size) })
  })
  return figure(title, panels, { stacked: 14 })
}

/** Pixels for so many neurons: ten classes have room for a label each. */
export const heightFor = (neurons: number): number => Math.min(240, Math.max(80, neurons, 14 * Math.min(neurons, 10)))

/** The spikes of one layer, or graded values in shades. */
export function spikePanel(
  name: string,
  grid: Grid,
  { title, ...place }: { x: AxisOf; width: number; height: number; title?: string },
): Part {
  const { low, high } = rangeOf(grid)
  const strength: Grid = { ...grid, at: (row, column) => Math.abs(grid.at(row, column)) }
  return imagePanel({
    ...place,
    ...(title !== undefined && { title }),
    grid: strength,
    scale: inkScale(Math.max(-low, high)),
    alt: `what ${name} gave out, ${grid.rows} neurons by ${grid.columns} steps`,
    y: counted(grid.rows, name),
  })
}
