import type { Pen } from './canvas.tsx'
import type { Frame } from './messages.ts'

type Layer = Frame['layers'][number]

/** Spikes of each neuron in all steps, over the steps. */
export function ratesOf({ size, spikes }: Layer, steps: number): Float32Array {
  const rates = new Float32Array(size)
  for (let i = 0; i < spikes.length; i++) rates[i % size]! += spikes[i]! / steps
  return rates
}

/** Pixels for each neuron of the raster's layers, and between layers. */
const rows = { most: 9, least: 1, gap: 10, left: 62 }

/** How high a layer is in the raster: outputs are legible, inputs are dense. */
const heightOf = (size: number) => Math.min(120, Math.max(rows.least, Math.min(rows.most, 120 / size)) * size)

export const rasterHeight = ({ layers }: Frame): number =>
  layers.reduce((sum, { size }) => sum + heightOf(size) + rows.gap, 20)

/** Who fires when: time from left to right, the output below; a line at the time cursor. */
export function drawRaster({ context, width, colours }: Pen, { layers, steps }: Frame, cursor: number): void {
  const column = (width - rows.left) / steps
  let top = 4
  for (const { name, size, spikes } of layers) {
    const high = heightOf(size)
    const row = high / size
    context.fillStyle = colours.faint
    context.fillRect(rows.left, top, width - rows.left, high)
    context.fillStyle = colours.accent
    const most = spikes.reduce((largest, value) => Math.max(largest, Math.abs(value)), 0)
    for (let i = 0; i < spikes.length; i++) {
      if (!spikes[i]) continue
      context.globalAlpha = Math.abs(spikes[i]!) / most
      const [x, y] = [rows.left + column * Math.floor(i / size), top + row * (i % size)]
      context.fillRect(x + 0.5, y, Math.max(1, column - 1), Math.max(1, row - 1))
    }
    context.globalAlpha = 1
    context.fillStyle = colours.text
    context.textBaseline = 'middle'
    context.fillText(name, 0, top + high / 2)
    if (row >= rows.most) {
      context.font = '9px system-ui, sans-serif'
      for (let n = 0; n < size; n++) context.fillText(String(n), rows.left - 10, top + row * (n + 0.5))
      context.font = '12px system-ui, sans-serif'
    }
    top += high + rows.gap
  }
  context.strokeStyle = colours.second
  context.lineWidth = 2
  context.strokeRect(rows.left + column * cursor, 1, column, top - rows.gap + 2)
  context.fillStyle = colours.text
  context.textBaseline = 'top'
  context.fillText(`time step ${cursor + 1} of ${steps}`, rows.left, top - rows.gap + 5)
}

/** Cells of the strips: the input as the image that it is, other layers in lines. */
const cell = 7

/** Columns of inputs that are the pixels of a square, or two channels of each; undefined for others. */
export const columnsOf = (size: number): number | undefined =>
  [1, 2].map((channels) => channels * Math.sqrt(size / channels)).find(Number.isInteger)

const shapeOf = ({ name, size }: Layer, width: number) => {
  const columns = name === 'input' && size > 100 ? columnsOf(size) : undefined
  if (columns !== undefined) return { columns, across: cell / 2 }
  return { columns: Math.min(size, Math.floor(width / (2 * cell))), across: size <= 10 ? 3 * cell : 2 * cell }
}

export function stripsHeight({ layers }: Frame, width: number): number {
  return layers.reduce((sum, layer) => {
    const { columns, across } = shapeOf(layer, width)
    return sum + Math.ceil(layer.size / columns) * across + 22
  }, 0)
}

/** The neuron whose cell is at a place; undefined between cells, and for the input. */
export function neuronAt({ layers }: Frame, width: number, x: number, y: number): string | undefined {
  let top = 0
  for (const layer of layers) {
    const { columns, across } = shapeOf(layer, width)
    const [column, row] = [Math.floor(x / across), Math.floor((y - top - 16) / across)]
    const neuron = row * columns + column
    const within = row >= 0 && column < columns && neuron < layer.size
    top += Math.ceil(layer.size / columns) * across + 22
    if (y < top) return within && layer.name !== 'input' ? `${layer.name}.${neuron}` : undefined
  }
  return undefined
}

/** Every neuron as a cell, the more it fires the fuller its colour; those that fire at the cursor have an edge. */
export function drawStrips({ context, width, colours }: Pen, { layers, steps, picked }: Frame, cursor: number): void {
  let top = 0
  for (const layer of layers) {
    const rates = ratesOf(layer, steps)
    const { columns, across } = shapeOf(layer, width)
    context.fillStyle = colours.text
    context.textBaseline = 'top'
    const mean = rates.reduce((sum, rate) => sum + rate, 0) / layer.size
    context.fillText(`${layer.name}: ${layer.size} neurons, mean rate ${mean.toFixed(3)}`, 0, top)
    top += 16
    rates.forEach((rate, n) => {
      const [x, y] = [(n % columns) * across, top + Math.floor(n / columns) * across]
      context.fillStyle = colours.faint
      context.fillRect(x, y, across - 0.5, across - 0.5)
      context.globalAlpha = Math.max(0, Math.min(1, 1.6 * rate))
      context.fillStyle = colours.accent
      context.fillRect(x, y, across - 0.5, across - 0.5)
      context.globalAlpha = 1
      if (picked?.layer === layer.name && picked.neuron === n) {
        context.strokeStyle = colours.text
        context.lineWidth = 2
        context.strokeRect(x - 1, y - 1, across + 1.5, across + 1.5)
      }
      if (across < cell || !layer.spikes[cursor * layer.size + n]) return
      context.strokeStyle = colours.second
      context.lineWidth = 2
      context.strokeRect(x + 1, y + 1, across - 2.5, across - 2.5)
    })
    top += Math.ceil(layer.size / columns) * across + 6
  }
}

/** Numbers as bars beside one another. */
export function drawBars({ context, width, height, colours }: Pen, values: readonly number[]): void {
  const most = Math.max(1, ...values)
  const across = width / values.length
  context.fillStyle = colours.faint
  context.fillRect(0, height - 1, width, 1)
  context.fillStyle = colours.accent
  values.forEach((value, i) => {
    const high = (value / most) * (height - 2)
    context.fillRect(i * across, height - 1 - high, Math.max(1, across - 1), high)
  })
}

/** A point of the Yin-Yang data set, with the circle that it is in: [x, y, 1 - x, 1 - y]. */
export function drawPoint(
  { context, width, height, colours }: Pen,
  [x = 0.5, y = 0.5]: ArrayLike<number> & Iterable<number>,
): void {
  context.fillStyle = colours.faint
  context.beginPath()
  context.arc(width / 2, height / 2, width / 2, 0, 7)
  context.fill()
  context.fillStyle = colours.accent
  context.beginPath()
  context.arc(x * width, (1 - y) * height, 5, 0, 7)
  context.fill()
}

/** Ink as it is, of a square. */
export function drawImage({ context, width, height, colours }: Pen, image: ArrayLike<number>): void {
  context.fillStyle = colours.faint
  context.fillRect(0, 0, width, height)
  context.fillStyle = colours.text
  const side = Math.ceil(Math.sqrt(image.length)) || 28
  const size = width / side
  for (let i = 0; i < image.length; i++) {
    if (!image[i]) continue
    context.globalAlpha = image[i]!
    context.fillRect((i % side) * size, Math.floor(i / side) * size, size + 0.3, size + 0.3)
  }
  context.globalAlpha = 1
}

/** Events of one step on a square, [side * side, 2]: where it became brighter in one colour, darker in another. */
export function drawEvents({ context, width, height, colours }: Pen, events: ArrayLike<number>): void {
  context.fillStyle = colours.faint
  context.fillRect(0, 0, width, height)
  const side = Math.sqrt(events.length / 2)
  const size = width / side
  for (let i = 0; i < events.length; i++) {
    if (!events[i]) continue
    const place = i >> 1
    context.fillStyle = i % 2 === 1 ? colours.accent : colours.second
    context.fillRect((place % side) * size, Math.floor(place / side) * size, size, size)
  }
}

/** Positive values in one colour, negative ones in another, the largest full; `values` is [rows * columns]. */
export function drawSigned({ context, width, height, colours }: Pen, values: ArrayLike<number>, columns: number): void {
  const most = Array.from(values).reduce((largest, value) => Math.max(largest, Math.abs(value)), 1e-12)
  const rows = Math.ceil(values.length / columns)
  const [across, down] = [width / columns, height / rows]
  context.fillStyle = colours.faint
  context.fillRect(0, 0, width, height)
  for (let i = 0; i < values.length; i++) {
    context.globalAlpha = Math.abs(values[i]!) / most
    context.fillStyle = values[i]! > 0 ? colours.accent : colours.second
    context.fillRect((i % columns) * across, Math.floor(i / columns) * down, across + 0.3, down + 0.3)
  }
  context.globalAlpha = 1
}

export interface Line {
  readonly name: string
  readonly colour: 'accent' | 'second' | 'text'
  /** From left to right, 0 to 1 across the picture. */
  readonly points: readonly (readonly [number, number])[]
  readonly dots?: boolean
}

/** Lines over one another, in one range of values. */
export function drawLines(
  { context, width, height, colours }: Pen,
  lines: readonly Line[],
  [low, high]: [number, number],
) {
  const [left, bottom] = [34, height - 16]
  const x = (at: number) => left + at * (width - left - 4)
  const y = (value: number) => bottom - ((value - low) / (high - low)) * (bottom - 18)
  context.strokeStyle = colours.faint
  context.fillStyle = colours.text
  context.textBaseline = 'middle'
  for (const value of [low, (low + high) / 2, high]) {
    context.fillText(String(Number(value.toPrecision(2))), 0, y(value))
    context.beginPath()
    context.moveTo(left, y(value))
    context.lineTo(width, y(value))
    context.stroke()
  }
  context.textBaseline = 'top'
  let name = left
  for (const { name: text, colour, points, dots } of lines) {
    context.fillStyle = context.strokeStyle = colours[colour]
    context.fillText(text, name, 0)
    name += context.measureText(text).width + 14
    context.lineWidth = 1.5
    context.beginPath()
    // the first lineTo of a path moves only
    for (const [at, value] of points) context.lineTo(x(at), y(value))
    if (!dots) context.stroke()
    else for (const [at, value] of points) context.fillRect(x(at) - 2, y(value) - 2, 4, 4)
  }
}
