import { rgb } from 'd3-color'
import { interpolateGreys, interpolateRdBu, interpolateViridis } from 'd3-scale-chromatic'
import { colours } from './figure.ts'

type Colour = [red: number, green: number, blue: number]

/** Which colour a value has: the ends of the range and all that lies beyond them have the first and the last. */
export interface Scale {
  readonly low: number
  readonly high: number
  readonly colours: readonly Colour[]
}

/** One is left for what has no value. */
const shades = 255

const colourOf = (name: string): Colour => {
  const { r, g, b } = rgb(name)
  return [Math.round(r), Math.round(g), Math.round(b)]
}

const sampled = (interpolate: (part: number) => string): Colour[] =>
  Array.from({ length: shades }, (_, i) => colourOf(interpolate(i / (shades - 1))))

/** From white for 0 to black. */
export const inkScale = (high: number): Scale => ({ low: 0, high: high || 1, colours: sampled(interpolateGreys) })

/** Blue for -1, white for 0, red for 1. */
export const polarityScale: Scale = { low: -1, high: 1, colours: [colours.blue, 'white', colours.red].map(colourOf) }

/** From black for the least to white for the largest, as a picture is shown. */
export const brightnessScale = (low: number, high: number): Scale => ({
  low,
  high: high > low ? high : low + 1,
  colours: sampled((part) => interpolateGreys(1 - part)),
})

/** Blue below 0, white at 0, red above, where there are values below 0; else from dark for 0 to bright. */
export function heatScale(low: number, high: number): Scale {
  const most = Math.max(-low, high) || 1
  if (low >= 0) return { low: 0, high: most, colours: sampled(interpolateViridis) }
  return { low: -most, high: most, colours: sampled((part) => interpolateRdBu(1 - part)) }
}
