import type { PairMean, StdpCurve } from '@hillock/core'
import { groups, type LayerStdp } from './stdp.ts'

/** A network in one column, its layers below each other. */
export interface StdpColumn {
  readonly title: string
  readonly layers: readonly LayerStdp[]
}

const colours = { all: '#444', more: '#17805a', less: '#b3372f' }
const words = { all: 'all neurons', more: 'to fire more', less: 'to fire less' }
const [width, height, left, top, gap] = [300, 180, 80, 56, 56]

/** Draws mean changes of weights over lags, with their bands; each panel has a scale of its own. */
export function stdpSvg(title: string, columns: readonly StdpColumn[]): string {
  const rows = Math.max(...columns.map(({ layers }) => layers.length))
  const [all, high] = [columns.length * (left + width) + 30, top + rows * (height + gap)]
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${all} ${high}" width="${all}" height="${high}" font-family="sans-serif" font-size="11">`,
    `<title>${escaped(title)}</title>`,
    `<rect width="${all}" height="${high}" fill="#fff"/>`,
    text(20, 18, title, 'start'),
    ...groups.map((group, i) => text(20 + 90 * i, 34, words[group], 'start', colours[group])),
    ...columns.flatMap((column, c) =>
      column.layers.map((layer, r) =>
        panel(`${column.title}, ${layer.layer}`, layer, c * (left + width) + left, top + r * (height + gap)),
      ),
    ),
    '</svg>\n',
  ].join('\n')
}

function panel(title: string, { curves }: LayerStdp, x0: number, y0: number): string {
  const bounds = groups.flatMap((group) => drawn(curves[group]).flatMap(({ low, high }) => [low, high]))
  const [least, most] = [Math.min(0, ...bounds), Math.max(0, ...bounds)]
  const window = (curves.all.lags.length - 1) / 2
  const x = (lag: number) => round(x0 + (width * (lag + window)) / Math.max(1, 2 * window))
  const y = (value: number) => round(y0 + (height * (most - value)) / (most - least || 1))
  const line = (x1: number, y1: number, x2: number, y2: number) =>
    `<path d="M${x1} ${y1}L${x2} ${y2}" stroke="#bbb" fill="none"/>`
  return [
    text(x0, y0 - 5, title, 'start'),
    `<rect x="${x0}" y="${y0}" width="${width}" height="${height}" fill="none" stroke="#bbb"/>`,
    line(x0, y(0), x0 + width, y(0)),
    line(x(0), y0, x(0), y0 + height),
    ...[most, 0, least].map((value) => text(x0 - 6, y(value) + 4, value === 0 ? '0' : value.toExponential(1), 'end')),
    ...[-window, 0, window].map((lag) => text(x(lag), y0 + height + 14, String(lag), 'middle')),
    text(x0 + width / 2, y0 + height + 28, 'postsynaptic less presynaptic time (steps)', 'middle'),
    ...groups.map((group) => {
      const points = drawn(curves[group])
      if (points.length === 0) return ''
      const along = (of: keyof PairMean, some = points) => some.map((point) => `${x(point.lag)} ${y(point[of])}`)
      const band = [...along('high'), ...along('low', points.toReversed())]
      return (
        `<path d="M${band.join('L')}z" fill="${colours[group]}" fill-opacity="0.2"/>` +
        `<path d="M${along('mean').join('L')}" fill="none" stroke="${colours[group]}" stroke-width="1.5"/>`
      )
    }),
  ].join('\n')
}

/** The lags that have a mean and a band. */
const drawn = ({ lags }: StdpCurve) => lags.filter(({ low }) => Number.isFinite(low))

const round = (value: number) => Math.round(10 * value) / 10

const text = (x: number, y: number, words: string, anchor: string, colour = '#000'): string =>
  `<text x="${x}" y="${y}" text-anchor="${anchor}" fill="${colour}">${escaped(words)}</text>`

const escaped = (words: string): string =>
  words.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
