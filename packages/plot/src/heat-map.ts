import { checkOptions, is } from '@hillock/core/options'
import { counted, timeAxis } from './axes.ts'
import { checkCount, checkSome, checkValues, listOf } from './check.ts'
import { colourBar } from './colour-bar.ts'
import { type Figure, figure, type Part } from './figure.ts'
import { overTime, rangeOf } from './grid.ts'
import { type ImagePanel, imagePanel } from './image-panel.ts'
import { heatScale, type Scale } from './palette.ts'

/** A state of a layer, or what it gave out: [T, N]. */
export interface LayerMap {
  /** Name of the layer. */
  readonly name: string
  /** What the values are, with their unit: 'membrane (mV)'. */
  readonly quantity: string
  /** Neurons of the layer. */
  readonly size: number
  /** The values, [steps, size]. */
  readonly values: ArrayLike<number>
}

/** Options of `states`. */
export interface StatesOptions {
  /** Title of the figure. Default: none. */
  readonly title?: string
  /** Time steps. */
  readonly steps: number
  /** The layers to draw, one below the other. */
  readonly maps: readonly LayerMap[]
  /** The length of a time step in ms; without it, time is counted in steps. */
  readonly dt?: number | undefined
}

const isMaps = listOf("a state: { name: 'layer1', quantity: 'v', size, values }", 'name', 'quantity', 'size', 'values')

/**
 * Values of all neurons of a layer over time, as colours: from dark for 0 to bright, or blue below 0 and red above where some are below. Where
 * there are more neurons than pixels, as in `raster`. Throws HILLOCK_SHAPE if sizes do not fit, HILLOCK_NOT_FINITE if a value is NaN or infinite,
 * HILLOCK_OPTION if an option is wrong.
 */
export function states(options: StatesOptions): Figure {
  const known = { title: is.text, steps: is.anything, maps: isMaps, dt: is.anything }
  checkOptions('states', options, known, ['steps', 'maps'])
  const { title, steps, maps, dt } = options
  checkCount('time steps', steps)
  checkSome('maps', maps)
  const parts = maps.flatMap(({ name, quantity, size, values }, i) => {
    checkCount(`${name}: neurons`, size)
    checkValues(`${name}: ${quantity}`, values, [steps, size])
    const grid = overTime(steps, size, values)
    const x = { ...timeAxis(steps, dt), bare: i < maps.length - 1 }
    const alt = `${quantity} of ${name}, ${size} neurons by ${steps} steps`
    const height = Math.min(320, Math.max(120, 2 * size))
    return imageAndBar({ grid, width: 560, height, x, y: counted(size, name), alt }, quantity)
  })
  return figure(title, [{ concat: parts, columns: 2, spacing: { row: 14, column: 10 }, bounds: 'flush' }])
}

/** An image of values in heat colours, and beside it what the colours mean. */
export function withBar(panel: Omit<ImagePanel, 'scale'>, quantity: string, scale?: Scale): Part {
  return { hconcat: imageAndBar(panel, quantity, scale), spacing: 10, bounds: 'flush' }
}

function imageAndBar(panel: Omit<ImagePanel, 'scale'>, quantity: string, given?: Scale): Part[] {
  const { low, high } = rangeOf(panel.grid)
  const scale = given ?? heatScale(low, high)
  return [imagePanel({ ...panel, scale }), colourBar(scale, panel.height, quantity)]
}
