import { expect, test } from '@jest/globals'
import { states } from '../src/index.ts'
import { drawn } from './drawn.ts'

test('values below 0 are blue, above red, and a bar says how much', async () => {
  const values = [-4, 0, 4, 2] // [2 steps, 2 neurons]
  const maps = [{ name: 'layer1', quantity: 'membrane (mV)', size: 2, values }]
  const { images, texts } = await drawn(states({ title: 'states', steps: 2, maps }))
  const [map, bar] = images
  const [red, blue] = [0, 2]
  expect(map!.at(0, 0)[blue]).toBeGreaterThan(map!.at(0, 0)[red]! + 50)
  expect(map!.at(0, 1)[red]).toBeGreaterThan(map!.at(0, 1)[blue]! + 50)
  expect(Math.min(...map!.at(1, 0))).toBeGreaterThan(230)
  // the bar has the same colours: the largest on top
  expect(bar!.at(0, 0)).toEqual(map!.at(0, 1))
  expect(bar!.at(bar!.rows - 1, 0)).toEqual(map!.at(0, 0))
  expect(texts).toEqual(expect.arrayContaining(['states', 'layer1', 'membrane (mV)', 'time step', '4', '−4']))
})

test('values that are nowhere below 0 go from dark to bright', async () => {
  const maps = [{ name: 'layer1', quantity: 'output', size: 1, values: [0, 1, 2, 3] }]
  const { images } = await drawn(states({ steps: 4, maps }))
  const brightness = [0, 1, 2, 3].map((t) => images[0]!.at(0, t).reduce((a, b) => a + b))
  for (const t of [1, 2, 3]) expect(brightness[t]).toBeGreaterThan(brightness[t - 1]!)
})

test('several maps lie below each other, each with its own bar, over one axis of time', async () => {
  const map = { name: 'a', quantity: 'v', size: 3, values: new Float32Array(6) }
  const { images, texts } = await drawn(states({ steps: 2, maps: [map, { ...map, quantity: 'output' }] }))
  const [first, bar, second] = images
  expect(images).toHaveLength(4)
  expect(bar!.x).toBeGreaterThanOrEqual(first!.x + first!.width)
  expect(second!.y).toBeGreaterThanOrEqual(first!.y + first!.height)
  expect(second!.x).toBe(first!.x)
  expect(texts.filter((text) => text === 'time step')).toHaveLength(1)
})

test('maps that do not fit, and none at all, are refused', () => {
  const map = { name: 'a', quantity: 'v', size: 3, values: [0, 0, Number.NaN] }
  expect(() => states({ steps: 2, maps: [map] })).toThrow(expect.objectContaining({ code: 'HILLOCK_SHAPE' }))
  expect(() => states({ steps: 1, maps: [map] })).toThrow(expect.objectContaining({ code: 'HILLOCK_NOT_FINITE' }))
  expect(() => states({ steps: 1, maps: [] })).toThrow(expect.objectContaining({ code: 'HILLOCK_SHAPE' }))
})
