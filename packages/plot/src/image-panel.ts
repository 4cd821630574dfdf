import type { AxisOf } from './axes.ts'
import { colours, type Part, titleOf } from './figure.ts'
import { type Grid, imageUrl, shrunk } from './grid.ts'
import type { Scale } from './palette.ts'

type Layered = Extract<Part, { layer: unknown }>

export interface ImagePanel {
  readonly grid: Grid
  readonly scale: Scale
  readonly width: number
  readonly height: number
  /** What the picture shows, for those who cannot see it. */
  readonly alt: string
  readonly title?: string
  readonly x?: AxisOf
  readonly y?: AxisOf
  /** Drawn on top, in the units of the axes. */
  readonly over?: Layered['layer']
}

/** A grid as one image, however many values it has, in a frame with axes. */
export function imagePanel({ grid, scale, width, height, alt, title, x, y, over = [] }: ImagePanel): Part {
  const pixels = shrunk(grid, { rows: Math.max(1, Math.round(height)), columns: Math.max(1, Math.round(width)) })
  const framed = x !== undefined || y !== undefined
  const [across, down] = [x ?? { from: 0, to: grid.columns, bare: true }, y ?? { from: 0, to: grid.rows, bare: true }]
  const frame = { x: across.from, x2: across.to, y: down.from, y2: down.to }
  const image = { type: 'image', aspect: false, smooth: false, align: 'left', baseline: 'top' } as const
  return {
    width,
    height,
    ...(!framed && { view: { stroke: null } }),
    ...(title !== undefined && { title: titleOf(title) }),
    layer: [
      {
        data: { values: [frame] },
        mark: { type: 'rect', filled: false, stroke: framed ? colours.frame : 'transparent', aria: false },
        encoding: {
          x: {
            field: 'x',
            type: 'quantitative',
            scale: { domain: [across.from, across.to], nice: false, zero: false },
            axis: axisOf(across, width / 24),
          },
          x2: { field: 'x2' },
          y: {
            field: 'y',
            type: 'quantitative',
            scale: { domain: [down.to, down.from], nice: false, zero: false },
            axis: axisOf(down, height / 14),
          },
          y2: { field: 'y2' },
        },
      },
      {
        data: { values: [{}] },
        mark: { ...image, url: imageUrl(pixels, scale), width, height, description: alt },
        encoding: { x: { value: 0 }, y: { value: 0 } },
      },
      ...over,
    ],
  }
}

function axisOf({ title, bare, orient, names, from, to }: AxisOf, most: number) {
  if (bare) return null
  return {
    title: title ?? null,
    ...(orient && { orient }),
    // whole neurons and steps, all of them where they are few
    ...(to - from >= 1 && { tickMinStep: 1, tickCount: Math.min(most, to - from, 10) }),
    ...(names && { values: [...names.keys()], labelExpr: `${JSON.stringify(names)}[datum.value]` }),
    domain: false,
    tickColor: colours.frame,
  }
}
