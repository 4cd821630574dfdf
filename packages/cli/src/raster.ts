/** What one layer gave out: [steps, size], row-major, time first. */
export interface RasterLayer {
  readonly name: string
  readonly size: number
  readonly values: ArrayLike<number>
}

export interface Raster {
  readonly title: string
  readonly steps: number
  readonly layers: readonly RasterLayer[]
}

const [left, top, width, gap] = [90, 34, 640, 16]
/** Graded values are drawn in so many shades; anything under half a shade is left out. */
const shades = 4

/** Draws spikes over time, the layers stacked from the input down; graded values are the darker the larger they are. */
export function rasterSvg({ title, steps, layers }: Raster): string {
  const parts: string[] = []
  let y = top
  for (const layer of layers) {
    const height = Math.min(240, Math.max(80, layer.size))
    parts.push(
      text(left - 8, y + height / 2, layer.name, 'end'),
      text(left - 8, y + height / 2 + 14, String(layer.size), 'end'),
      `<rect x="${left}" y="${y}" width="${width}" height="${height}" fill="#fff" stroke="#bbb"/>`,
      `<svg x="${left}" y="${y}" width="${width}" height="${height}" viewBox="0 0 ${steps} ${layer.size}" preserveAspectRatio="none">`,
      ...events(layer, steps).map(([shade, path]) => `<path d="${path}" fill-opacity="${shade / shades}"/>`),
      '</svg>',
    )
    y += height + gap
  }
  const ticks = [...new Set([0, Math.floor(steps / 2), steps])]
  const axis = ticks.map((t) => text(left + (width * t) / steps, y, String(t), 'middle'))
  const [all, high] = [left + width + 20, y + 28]
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${all} ${high}" width="${all}" height="${high}" font-family="sans-serif" font-size="11">`,
    `<rect width="${all}" height="${high}" fill="#fff"/>`,
    text(left, 20, title, 'start'),
    ...parts,
    ...axis,
    text(left + width / 2, y + 16, 'time step', 'middle'),
    '</svg>\n',
  ].join('\n')
}

/** For each shade a path with a bar one neuron high for each run of steps in which it shows. */
function events({ size, values }: RasterLayer, steps: number): [shade: number, path: string][] {
  let largest = 0
  for (let i = 0; i < steps * size; i++) largest = Math.max(largest, Math.abs(values[i]!))
  if (largest === 0) return []
  const paths = new Map<number, string[]>()
  const shade = (t: number, n: number) => Math.round((shades * Math.abs(values[t * size + n]!)) / largest)
  for (let n = 0; n < size; n++) {
    for (let t = 0; t < steps; ) {
      const level = shade(t, n)
      const from = t
      while (t < steps && shade(t, n) === level) t++
      if (level === 0) continue
      const path = paths.get(level) ?? []
      path.push(`M${from} ${n}h${t - from}v1h${from - t}z`)
      paths.set(level, path)
    }
  }
  return [...paths].sort(([a], [b]) => a - b).map(([level, bars]) => [level, bars.join('')])
}

const text = (x: number, y: number, words: string, anchor: string): string =>
  `<text x="${x}" y="${y}" text-anchor="${anchor}">${escaped(words)}</text>`

const escaped = (words: string): string =>
  words.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
