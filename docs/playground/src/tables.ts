import type { Table } from './canvas.tsx'
import type { Frame } from './messages.ts'
import { type Line, ratesOf } from './pictures.ts'

/** Lines, one value a row; `across`: what goes from left to right, and how far. */
export function tableOfLines(lines: readonly Line[], across: string, far = 1): Table {
  const rows = lines.flatMap(({ name, points }) => points.map(([at, value]) => [name, at * far, value]))
  return { head: ['line', across, 'value'], rows }
}

/** An image or a matrix: row by row. */
export function tableOfImage(values: ArrayLike<number>, columns: number): Table {
  const all = Array.from(values)
  const rows = Array.from({ length: Math.ceil(all.length / columns) }, (_, i) => [
    i,
    ...all.slice(i * columns, (i + 1) * columns),
  ])
  return { head: ['row', ...Array.from({ length: columns }, (_, i) => String(i))], rows }
}

/** Each neuron with its rate. */
export const tableOfRates = ({ layers, steps }: Frame): Table => ({
  head: ['layer', 'neuron', 'spikes a step'],
  rows: layers.flatMap((layer) => Array.from(ratesOf(layer, steps), (rate, n) => [layer.name, n, rate])),
})

/** Each neuron that fires, and when. */
export function tableOfSpikes({ layers, steps }: Frame): Table {
  const rows = layers.flatMap(({ name, size, spikes }) =>
    Array.from({ length: size }, (_, n) => {
      const times = Array.from({ length: steps }, (_, t) => t).filter((t) => spikes[t * size + n] !== 0)
      return [name, n, times.map((t) => t + 1).join(', ')]
    }).filter(([, , times]) => times !== ''),
  )
  return { head: ['layer', 'neuron', 'fires at steps'], rows }
}
