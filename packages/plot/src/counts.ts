import { checkOptions, is } from '@hillock/core/options'
import { timeAxis } from './axes.ts'
import { checkCount, checkValues } from './check.ts'
import { colours, type Figure, figure, type Part, titleOf } from './figure.ts'
import { asGiven, overTime } from './grid.ts'
import { withBar } from './heat-map.ts'
import { inputPanel } from './image.ts'
import { spikePanel } from './raster.ts'
import { checkShape, type ImageShape } from './weights.ts'

/** Options of `counts`. */
export interface CountsOptions {
  /** Title of the figure. Default: none. */
  readonly title?: string
  /** Time steps. */
  readonly steps: number
  /** What goes in: [T, N], and, where it stands for an image, its shape and its pixels before they were encoded. */
  readonly input: {
    readonly size: number
    readonly values: ArrayLike<number>
    readonly image?: { readonly shape: ImageShape; readonly values: ArrayLike<number> } | undefined
  }
  /** What the last layer gives out, a neuron for each class: [T, N]. */
  readonly output: { readonly size: number; readonly values: ArrayLike<number> }
  /** The length of a time step in ms; without it, time is counted in steps. */
  readonly dt?: number | undefined
}

const height = 196

const known = {
  title: is.text,
  steps: is.anything,
  input: is.made('{ size, values }', 'size', 'values'),
  output: is.made('{ size, values }', 'size', 'values'),
  dt: is.anything,
}

/**
 * Spikes counted: the input as an image, its spikes over time and how many each pixel had; the spikes of the output over time and how many
 * each class had. Graded values are summed. Throws HILLOCK_SHAPE if sizes do not fit, HILLOCK_NOT_FINITE if a value is NaN or infinite,
 * HILLOCK_OPTION if an option is wrong.
 */
export function counts(options: CountsOptions): Figure {
  checkOptions('counts', options, known, ['steps', 'input', 'output'])
  const { title, steps, input, output, dt } = options
  checkCount('time steps', steps)
  for (const [name, { size, values }] of Object.entries({ input, output })) {
    checkCount(`${name}: neurons`, size)
    checkValues(name, values, [steps, size])
  }
  const x = timeAxis(steps, dt)
  const over = (name: string, { size, values }: CountsOptions['output'], width: number) =>
    spikePanel(name, overTime(steps, size, values), { x, width, height, title: `${name} over time` })
  const { image } = input
  return figure(title, [
    image === undefined ? over('input', input, 640) : inputRow(steps, input, image, over('input', input, 280)),
    { hconcat: [over('output', output, 280), classBars(steps, output)], spacing: 40 },
  ])
}

function inputRow(
  steps: number,
  { size, values }: CountsOptions['input'],
  image: { shape: ImageShape; values: ArrayLike<number> },
  raster: Part,
): Part {
  const [rows, columns] = image.shape
  checkShape(image.shape, size)
  const pixel = height / rows
  const word = wordFor(values)
  const map = withBar(
    {
      grid: asGiven(rows, columns, summed(steps, size, values)),
      width: pixel * columns,
      height,
      title: `${word} of each pixel`,
      alt: `${word} of ${rows} by ${columns} pixels`,
    },
    word,
  )
  return { hconcat: [inputPanel({ ...image, title: 'input' }, pixel), raster, map], spacing: 30 }
}

function classBars(steps: number, { size, values }: CountsOptions['output']): Part {
  const word = wordFor(values)
  return {
    width: 320,
    height,
    title: titleOf(`${word} of each class`),
    data: { values: Array.from(summed(steps, size, values), (count, neuron) => ({ neuron, count })) },
    mark: { type: 'bar', color: colours.blue },
    encoding: {
      x: { field: 'neuron', type: 'ordinal', title: 'class', axis: { labelAngle: 0, labelOverlap: true } },
      y: {
        field: 'count',
        type: 'quantitative',
        title: word,
        axis: { grid: true, ...(word === 'spike count' && { tickMinStep: 1 }) },
      },
    },
  }
}

/** Zeros and ones are spikes, which are counted; anything else is summed. */
const wordFor = (values: ArrayLike<number>): string =>
  Array.from(values).every((value) => value === 0 || value === 1) ? 'spike count' : 'sum over time'

function summed(steps: number, size: number, values: ArrayLike<number>): Float64Array {
  const sums = new Float64Array(size)
  for (let i = 0; i < steps * size; i++) sums[i % size]! += values[i]!
  return sums
}
