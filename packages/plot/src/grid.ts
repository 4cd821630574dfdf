import { encode } from 'fast-png'
import type { Scale } from './palette.ts'

/** Values to be drawn, the first row on top; NaN is left white. */
export interface Grid {
  readonly rows: number
  readonly columns: number
  at(row: number, column: number): number
}

/** A row for each neuron, a column for each time step, of values [T, N]. */
export const overTime = (steps: number, size: number, values: ArrayLike<number>): Grid => ({
  rows: size,
  columns: steps,
  at: (neuron, step) => values[step * size + neuron]!,
})

/** Values [rows, columns] as they are. */
export const asGiven = (rows: number, columns: number, values: ArrayLike<number>): Grid => ({
  rows,
  columns,
  at: (row, column) => values[row * columns + column]!,
})

/** The least and the largest value. */
export function rangeOf({ rows, columns, at }: Grid): { low: number; high: number } {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const value = at(row, column)
      if (value < low) low = value
      if (value > high) high = value
    }
  }
  return { low, high }
}

/** A grid of at most so many rows and columns; each cell shows, of those it stands for, the one farthest from 0: no spike gets lost. */
export function shrunk(grid: Grid, most: { readonly rows: number; readonly columns: number }): Grid {
  const [rows, columns] = [Math.min(grid.rows, most.rows), Math.min(grid.columns, most.columns)]
  if (rows === grid.rows && columns === grid.columns) return grid
  const values = new Float64Array(rows * columns)
  for (let row = 0; row < grid.rows; row++) {
    for (let column = 0; column < grid.columns; column++) {
      const cell = Math.floor((row * rows) / grid.rows) * columns + Math.floor((column * columns) / grid.columns)
      const value = grid.at(row, column)
      if (Math.abs(value) > Math.abs(values[cell]!)) values[cell] = value
    }
  }
  return asGiven(rows, columns, values)
}

/** A grid as the address of an image that holds it, a pixel for each value. */
export function imageUrl({ rows, columns, at }: Grid, { low, high, colours }: Scale): string {
  const data = new Uint8Array(rows * columns)
  const last = colours.length - 1
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const value = at(row, column)
      const part = (value - low) / (high - low)
      data[row * columns + column] = Number.isNaN(value) ? last + 1 : Math.round(last * Math.min(1, Math.max(0, part)))
    }
  }
  const palette = [...colours.map((colour) => [...colour]), [255, 255, 255]]
  const png = encode({ width: columns, height: rows, data, depth: 8, channels: 1, palette }, { zlib: { level: 9 } })
  return `data:image/png;base64,${base64(png)}`
}

function base64(bytes: Uint8Array): string {
  let text = ''
  for (const byte of bytes) text += String.fromCharCode(byte)
  return btoa(text)
}
