import { expect, test } from '@jest/globals'
import { events, type Recording } from '../src/index.ts'
import { drawn } from './drawn.ts'

const [red, blue, white, black] = [
  [192, 57, 43],
  [31, 111, 180],
  [255, 255, 255],
  [0, 0, 0],
]

/** Two rows of three places, 40 ms: on at (2, 0), off at (0, 1), on and then off at (1, 1). */
const recording: Recording = {
  x: [2, 0, 1, 1],
  y: [0, 1, 1, 1],
  t: [1000, 13_000, 31_000, 41_000],
  polarity: [1, 0, 1, 0],
  width: 3,
  height: 2,
  unit: 'us',
}

test('frames show where events were and which, the last of a place on top', async () => {
  const { images, texts } = await drawn(events({ title: 'a corner', recording, frames: 2 }))
  const [first, second, raster] = images
  expect(images).toHaveLength(3)
  const pixels = (image: typeof first) => [0, 1].map((row) => [0, 1, 2].map((column) => image!.at(row, column)))
  expect(pixels(first)).toEqual([
    [white, white, red],
    [blue, white, white],
  ])
  expect(pixels(second)).toEqual([
    [white, white, white],
    [white, blue, white],
  ])
  expect(second!.x).toBeGreaterThan(first!.x + first!.width)
  expect(second!.y).toBe(first!.y)
  expect(raster!.y).toBeGreaterThan(first!.y + first!.height)
  expect(texts).toEqual(expect.arrayContaining(['a corner', '0 ms', '20 ms', 'on: red, off: blue']))
})

test('the raster has all places row by row, and time from the first event to the last', async () => {
  const { images, texts } = await drawn(events({ recording, frames: 1 }))
  const raster = images[1]!
  const fired: Record<string, number[]> = {}
  for (let row = 0; row < raster.rows; row++)
    for (let column = 0; column < raster.columns; column++)
      if (raster.at(row, column)[1] !== 255) fired[`${row} ${column / raster.columns}`] = raster.at(row, column)
  const last = 1 - 1 / raster.columns
  expect(raster.rows).toBe(6)
  expect(fired).toEqual({ '2 0': red, '3 0.3': blue, '4 0.75': red, [`4 ${last}`]: blue })
  expect(texts).toEqual(expect.arrayContaining(['time after the first event (ms)', '0', '40']))
})

test('channels of one row that only turn on are a black raster', async () => {
  const spoken = { ...recording, y: [0, 0, 0, 0], t: [0.1, 0.2, 0.2, 0.5], polarity: [1, 1, 1, 1], height: 1 } as const
  const { images, texts } = await drawn(events({ recording: { ...spoken, unit: 's' } }))
  expect(images).toHaveLength(1)
  expect(images[0]!.at(2, 0)).toEqual(black)
  expect(texts).not.toContain('on: red, off: blue')
  expect(texts).toContain('400')
})

test('a large sensor is a small picture that loses none of its places', async () => {
  const one = { x: [1279], y: [719], t: [0], polarity: [0], width: 1280, height: 720, unit: 'ms' } as const
  const { images, svg } = await drawn(events({ recording: one }))
  for (const image of [images[0]!, images[6]!])
    expect(image.at(image.rows - 1, image === images[0] ? image.columns - 1 : 0)).toEqual(blue)
  expect(images[0]!.width / images[0]!.height).toBeCloseTo(16 / 9, 1)
  expect(svg.length).toBeLessThan(20_000)
})

test.each<[string, Partial<Recording>, string, RegExp]>([
  ['times that are missing', { t: [0, 1] }, 'HILLOCK_SHAPE', /t: there are 2 values\n.*\[4\]/],
  ['no event', { x: [], y: [], t: [], polarity: [] }, 'HILLOCK_SHAPE', /no events/],
  ['a time that is NaN', { t: [0, 1, 2, Number.NaN] }, 'HILLOCK_NOT_FINITE', /t, value 3: NaN/],
  ['an event beyond', { y: [0, 2, 1, 1] }, 'HILLOCK_RANGE', /event 1 at \(0, 2\) is outside 3 x 2/],
  ['an unknown unit', { unit: 'ns' as 'us' }, 'HILLOCK_OPTION', /'unit' is 'ns'/],
])('refused is %s', (_, wrong, code, message) => {
  const draw = () => events({ recording: { ...recording, ...wrong } })
  expect(draw).toThrow(expect.objectContaining({ code, message: expect.stringMatching(message) }))
})
