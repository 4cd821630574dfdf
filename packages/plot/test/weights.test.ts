import { describe, expect, test } from '@jest/globals'
import { templates, weights } from '../src/index.ts'
import { drawn } from './drawn.ts'

const isRed = ([red, , blue]: number[]) => red! > blue! + 50

/** Unit j has a weight of 1 from pixel j alone. */
const identity = (size: number) =>
  Float32Array.from({ length: size * size }, (_, i) => Number(i % (size + 1) === 0) * 2 - 1)

test('each unit is an image of its weights, named, with the pixels in their places', async () => {
  const options = { title: 'w', inputs: 6, size: 6, values: identity(6), shape: [2, 3] as const }
  const { images, texts } = await drawn(weights(options))
  const [mosaic] = images
  const found: number[][] = []
  for (let row = 0; row < mosaic!.rows; row++) {
    for (let column = 0; column < mosaic!.columns; column++) {
      if (isRed(mosaic!.at(row, column))) found.push([row, column])
    }
  }
  // five images in a row, 4 units a pixel and gaps of 16 between them
  const [pitchX, pitchY] = [3 + 4, 2 + 4]
  expect(found.sort()).toEqual(
    [0, 1, 2, 3, 4, 5].map((j) => [Math.floor(j / 5) * pitchY + Math.floor(j / 3), (j % 5) * pitchX + (j % 3)]).sort(),
  )
  expect(texts).toEqual(expect.arrayContaining(['0', '1', '2', '3', '4', '5', 'weight', 'w']))
})

test('chosen units are drawn in their order', async () => {
  const { images, texts, marks } = await drawn(
    weights({ inputs: 4, size: 4, values: identity(4), shape: [2, 2], units: [3, 1] }),
  )
  expect(marks('text').map((text) => text.textContent)).toEqual(['3', '1'])
  expect(isRed(images[0]!.at(1, 1))).toBe(true)
  expect(isRed(images[0]!.at(0, 2 + 4 + 1))).toBe(true)
  expect(texts).toContain('weight')
})

test('without a shape weights are a matrix, inputs down and units across', async () => {
  const values = [0, 0, 0, 0, 0, 1] // [2 inputs, 3 units]
  const { images, texts } = await drawn(weights({ inputs: 2, size: 3, values }))
  const [matrix] = images
  expect([matrix!.rows, matrix!.columns]).toEqual([2, 3])
  expect(matrix!.at(1, 2)).not.toEqual(matrix!.at(1, 1))
  expect(matrix!.at(0, 2)).toEqual(matrix!.at(0, 0))
  expect(texts).toEqual(expect.arrayContaining(['input', 'unit']))
  const chosen = await drawn(weights({ inputs: 2, size: 3, values, units: [2] }))
  expect(chosen.images[0]!.columns).toBe(1)
  expect(chosen.texts).toContain('2')
})

test('templates are the product of all weights', async () => {
  // pixel 1 -> hidden 0 -> class 1, pixel 2 -> hidden 1 -> class 0 with the other sign
  const first = { inputs: 4, size: 2, values: [0, 0, 1, 0, 0, 1, 0, 0] }
  const second = { inputs: 2, size: 2, values: [0, 1, -1, 0] }
  const { images, texts } = await drawn(templates({ layers: [first, second], shape: [2, 2] }))
  const [mosaic] = images
  const [, next] = [0, 2 + 4]
  expect(isRed(mosaic!.at(0, next + 1))).toBe(true)
  expect(mosaic!.at(1, 0)[2]).toBeGreaterThan(mosaic!.at(1, 0)[0]! + 50)
  expect(mosaic!.at(0, 0)).toEqual(mosaic!.at(1, 1))
  expect(texts).toEqual(expect.arrayContaining(['class 0', 'class 1']))
})

describe('refused is', () => {
  const layer = { inputs: 4, size: 2, values: new Float32Array(8) }
  test.each<[string, () => unknown, string]>([
    ['a matrix of another size', () => weights({ ...layer, size: 3 }), 'HILLOCK_SHAPE'],
    ['a shape of another size', () => weights({ ...layer, shape: [2, 3] }), 'HILLOCK_SHAPE'],
    ['a negative shape', () => weights({ ...layer, shape: [-2, -2] }), 'HILLOCK_SHAPE'],
    ['a unit that there is not', () => weights({ ...layer, units: [2] }), 'HILLOCK_RANGE'],
    ['no unit', () => weights({ ...layer, units: [] }), 'HILLOCK_SHAPE'],
    ['NaN', () => weights({ ...layer, values: new Float32Array(8).fill(Number.NaN) }), 'HILLOCK_NOT_FINITE'],
    ['layers that do not follow', () => templates({ layers: [layer, layer], shape: [2, 2] }), 'HILLOCK_SHAPE'],
    ['no layer', () => templates({ layers: [], shape: [2, 2] }), 'HILLOCK_SHAPE'],
  ])('%s', (_, draw, code) => {
    expect(draw).toThrow(expect.objectContaining({ code }))
  })
})
