import { type Figure, figure } from './figure.ts'
import type { Grid } from './grid.ts'
import { withBar } from './heat-map.ts'
import { tiled } from './tiles.ts'

/** Images of one size in rows, each with its name above it, all in the same colours. */
export function gallery(
  title: string | undefined,
  images: readonly { readonly name: string; readonly grid: Grid }[],
  quantity: string,
): Figure {
  const { rows, columns } = images[0]!.grid
  const across = images.length > 25 ? 10 : Math.min(images.length, 5)
  const pixel = Math.max(1, Math.min(4, Math.floor(640 / (across * columns))))
  const { grid, pitch } = tiled(
    images.map((image) => image.grid),
    across,
    Math.ceil(16 / pixel),
  )
  const names = images.map(({ name }, i) => ({
    name,
    x: (i % across) * pitch.x,
    y: Math.floor(i / across) * pitch.y,
  }))
  const panel = {
    grid,
    width: pixel * grid.columns,
    height: pixel * grid.rows,
    alt: `${quantity}s, ${images.length} images of ${rows} by ${columns}`,
    over: [
      {
        data: { values: names },
        mark: { type: 'text', align: 'left', baseline: 'bottom', dy: -2, fontSize: 10 },
        encoding: {
          x: { field: 'x', type: 'quantitative' },
          y: { field: 'y', type: 'quantitative' },
          text: { field: 'name' },
        },
      } as const,
    ],
  }
  return figure(title, [withBar(panel, quantity)])
}
