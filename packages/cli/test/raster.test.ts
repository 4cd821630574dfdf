import { expect, test } from '@jest/globals'
import { rasterSvg } from '../src/raster.ts'

/** [shade, step, neuron, length] of each bar of each layer. */
function bars(svg: string): number[][][] {
  return svg
    .split('<svg x=')
    .slice(1)
    .map((part) =>
      [...part.split('</svg>')[0]!.matchAll(/<path d="([^"]*)" fill-opacity="([^"]*)"/g)].flatMap(([, path, opacity]) =>
        [...path!.matchAll(/M(\d+) (\d+)h(\d+)v1h-\3z/g)].map((bar) => [Number(opacity), ...bar.slice(1).map(Number)]),
      ),
    )
}

test('draws a bar where a neuron fires, steps in a row as one', () => {
  const values = [1, 0, 1, 0, 0, 1, 1, 0] // [4 steps, 2 neurons]
  const svg = rasterSvg({ title: 'x', steps: 4, layers: [{ name: 'a', size: 2, values }] })
  expect(bars(svg)).toEqual([
    [
      [1, 0, 0, 2],
      [1, 3, 0, 1],
      [1, 2, 1, 1],
    ],
  ])
})

test('draws graded values in shades, signs aside, and leaves the faintest out', () => {
  const svg = rasterSvg({ title: 'x', steps: 4, layers: [{ name: 'a', size: 1, values: [-2, 1, 0.2, 0] }] })
  expect(bars(svg)).toEqual([
    [
      [0.5, 1, 0, 1],
      [1, 0, 0, 1],
    ],
  ])
})

test('stacks the layers from the input down, silent ones too', () => {
  const layers = ['input', 'one', 'two'].map((name) => ({ name, size: 1, values: [0, 0] }))
  const svg = rasterSvg({ title: 'x', steps: 2, layers })
  expect(bars(svg)).toEqual([[], [], []])
  const places = [...svg.matchAll(/<svg x="90" y="(\d+)" width="640" height="(\d+)"/g)].map(([, y, h]) => [
    Number(y),
    Number(h),
  ])
  expect(places).toHaveLength(3)
  for (const [i, [y]] of places.entries()) if (i > 0) expect(y).toBeGreaterThan(places[i - 1]![0]! + places[i - 1]![1]!)
  const names = [...svg.matchAll(/>(input|one|two)</g)].map(([, name]) => name)
  expect(names).toEqual(['input', 'one', 'two'])
})

test('escapes what it is told', () => {
  const svg = rasterSvg({ title: '<script>&', steps: 1, layers: [] })
  expect(svg).toContain('&lt;script&gt;&amp;')
  expect(svg).not.toContain('<script>')
})
