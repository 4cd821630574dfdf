import { expect, test } from '@jest/globals'
import { counts, image } from '../src/index.ts'
import { drawn } from './drawn.ts'

const shape = [2, 2] as const
// [3 steps, 4 pixels]: pixel 1 fires at each step, pixel 2 once
const input = { size: 4, values: [0, 1, 0, 0, 0, 1, 1, 0, 0, 1, 0, 0], image: { shape, values: [0, 1, 0.3, 0] } }
const output = { size: 3, values: [0, 1, 0, 0, 1, 0, 0, 0, 1] }

test('shows the image, its spikes, how many each pixel had, and the same of the output', async () => {
  const { images, texts, marks } = await drawn(counts({ title: 'a 1', steps: 3, input, output }))
  const [picture, spikes, map, , fired] = images
  expect(images).toHaveLength(5)
  expect([0, 1, 2, 3].map((i) => picture!.at(Math.floor(i / 2), i % 2)[0]! > 200)).toEqual([false, true, false, false])
  expect([spikes!.rows, spikes!.columns]).toEqual([4, 3])
  const brightness = (row: number, column: number) => map!.at(row, column).reduce((a, b) => a + b)
  expect(brightness(0, 1)).toBeGreaterThan(brightness(1, 0))
  expect(brightness(1, 0)).toBeGreaterThan(brightness(0, 0))
  expect([fired!.rows, fired!.columns]).toEqual([3, 3])
  // the frames of the images are rectangles, too
  const bars = marks('rect').filter((bar) => bar.getAttribute('fill') !== null)
  const heights = bars.map((bar) => /v([-\d.]+)/.exec(bar.getAttribute('d')!)?.[1])
  expect(heights).toHaveLength(3)
  expect(Number(heights[1])).toBeCloseTo(2 * Number(heights[2]), 5)
  expect(Number(heights[0])).toBe(0)
  for (const text of ['input', 'input over time', 'spike count of each pixel', 'output over time', 'class']) {
    expect(texts).toContain(text)
  }
})

test('without an image there is no map; graded values are summed', async () => {
  const graded = { size: 2, values: [0.5, -1, 0.5, 0, 0, 0] }
  const { images, texts } = await drawn(counts({ steps: 3, input: graded, output }))
  expect(images).toHaveLength(2)
  expect(texts).toContain('spike count of each class')
  const both = await drawn(counts({ steps: 3, input: graded, output: graded }))
  expect(both.texts).toContain('sum over time of each class')
})

test('an image goes from black for its least value to white for its largest', async () => {
  const { images, texts } = await drawn(image({ title: 'test example 0', values: [-1, 1, 0, 1], shape }))
  expect(images[0]!.at(0, 0)).toEqual([0, 0, 0])
  expect(images[0]!.at(0, 1)).toEqual([255, 255, 255])
  expect(texts).toEqual(['test example 0'])
})

test('what does not fit is refused', () => {
  const code = (wanted: string) => expect.objectContaining({ code: wanted })
  expect(() => counts({ steps: 2, input, output })).toThrow(code('HILLOCK_SHAPE'))
  const other = { ...input, image: { shape: [1, 3] as const, values: [0, 0, 0] } }
  expect(() => counts({ steps: 3, input: other, output })).toThrow(code('HILLOCK_SHAPE'))
  expect(() => image({ values: [1, 2, 3], shape })).toThrow(code('HILLOCK_SHAPE'))
  expect(() => image({ values: [1, 2, 3, Number.NaN], shape })).toThrow(code('HILLOCK_NOT_FINITE'))
})
