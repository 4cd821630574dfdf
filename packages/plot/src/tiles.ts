import type { Grid } from './grid.ts'

export interface Tiles {
  /** Images [rows, columns] side by side, with a white line between them. */
  readonly grid: Grid
  /** From one image to the next. */
  readonly pitch: { readonly x: number; readonly y: number }
}

/** Lays images of one size out in rows, from the left and from the top. */
export function tiled(images: readonly Grid[], across: number, gap: number): Tiles {
  const { rows, columns } = images[0]!
  const pitch = { x: columns + gap, y: rows + gap }
  const down = Math.ceil(images.length / across)
  return {
    pitch,
    grid: {
      rows: down * pitch.y - gap,
      columns: across * pitch.x - gap,
      at(row, column) {
        const image = images[Math.floor(row / pitch.y) * across + Math.floor(column / pitch.x)]
        const [y, x] = [row % pitch.y, column % pitch.x]
        return image === undefined || y >= rows || x >= columns ? Number.NaN : image.at(y, x)
      },
    },
  }
}
