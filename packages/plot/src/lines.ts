import { colours, type Part } from './figure.ts'

/** A named line of points, drawn in a colour that a legend explains. */
export interface Line {
  readonly name: string
  readonly points: readonly { readonly x: number; readonly y: number }[]
}

interface LinePanel {
  readonly lines: readonly Line[]
  readonly width: number
  readonly height: number
  readonly x: string
  readonly y: string
  readonly legend?: 'none'
}

const order = [colours.blue, colours.orange, colours.green, colours.violet, colours.red, colours.grey, colours.ink]

/** The colours of things in the order of their names; they begin again where there are more. */
const coloursOf = (names: readonly string[]) => ({
  domain: [...names],
  range: names.map((_, i) => order[i % order.length]!),
})

/** Lines with their points over whole numbers, as epochs are. */
export function linePanel({ lines, width, height, x, y, legend }: LinePanel): Part {
  const values = lines.flatMap(({ name, points }) => points.map((point) => ({ ...point, name })))
  return {
    width,
    height,
    data: { values },
    mark: { type: 'line', point: { size: 24 } },
    encoding: {
      x: {
        field: 'x',
        type: 'quantitative',
        title: x,
        axis: { tickMinStep: 1, format: 'd' },
        scale: { zero: false, nice: false, padding: 8 },
      },
      y: {
        field: 'y',
        type: 'quantitative',
        title: y,
        axis: { grid: true },
        scale: { zero: true },
      },
      color: {
        field: 'name',
        type: 'nominal',
        title: null,
        scale: coloursOf(lines.map(({ name }) => name)),
        ...(legend === 'none' && { legend: null }),
      },
    },
  }
}
