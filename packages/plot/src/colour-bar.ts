import type { Part } from './figure.ts'
import { imagePanel } from './image-panel.ts'
import type { Scale } from './palette.ts'

/** What value each colour stands for, beside an image of this height. */
export function colourBar(scale: Scale, height: number, title: string): Part {
  const { low, high, colours } = scale
  const grid = {
    rows: colours.length,
    columns: 1,
    at: (row: number) => high - ((high - low) * row) / (colours.length - 1),
  }
  // the axis goes down as rows of an image do
  const y = { from: high, to: low, title, orient: 'right' } as const
  return imagePanel({ grid, scale, width: 12, height, alt: `colours from ${low} to ${high}`, y })
}
