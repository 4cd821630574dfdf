import { describe, expect, test } from '@jest/globals'
import { raster } from '../src/index.ts'
import { drawn } from './drawn.ts'

const black = [0, 0, 0]
const white = [255, 255, 255]

test('a pixel is black where a neuron fires, time going right and neurons down', async () => {
  const values = [1, 0, 1, 0, 0, 1, 1, 0] // [4 steps, 2 neurons]
  const { images } = await drawn(raster({ steps: 4, layers: [{ name: 'a', size: 2, values }] }))
  const [image] = images
  expect([image!.rows, image!.columns]).toEqual([2, 4])
  const fired = [0, 1].map((n) => [0, 1, 2, 3].map((t) => image!.at(n, t)[0] === 0))
  expect(fired).toEqual([
    [true, true, false, true],
    [false, false, true, false],
  ])
  expect(image!.at(0, 0)).toEqual(black)
  expect(image!.at(1, 0)).toEqual(white)
})

test('graded values are the darker the larger they are, signs aside', async () => {
  const layer = { name: 'a', size: 1, values: [-2, 1, 0.2, 0] }
  const { images } = await drawn(raster({ steps: 4, layers: [layer] }))
  const grey = [0, 1, 2, 3].map((t) => images[0]!.at(0, t)[0]!)
  expect(grey[0]).toBe(0)
  expect(grey[3]).toBe(255)
  for (const t of [1, 2, 3]) expect(grey[t]).toBeGreaterThan(grey[t - 1]!)
})

test('layers are stacked from the input down, silent ones too, with their names and one axis of time', async () => {
  const layers = ['input', 'one', 'two'].map((name) => ({ name, size: 3, values: new Uint8Array(6) }))
  const { images, texts } = await drawn(raster({ title: 'all of <it> & more', steps: 2, layers }))
  expect(images).toHaveLength(3)
  for (const [i, { y }] of images.entries()) {
    if (i > 0) expect(y).toBeGreaterThanOrEqual(images[i - 1]!.y + images[i - 1]!.height)
  }
  for (const [i, { alt }] of images.entries()) expect(alt).toContain(layers[i]!.name)
  expect(texts).toEqual(expect.arrayContaining(['input', 'one', 'two', 'all of <it> & more']))
  expect(texts.filter((text) => text === 'time step')).toHaveLength(1)
})

test('time is in ms where the length of a step is known', async () => {
  const { texts } = await drawn(
    raster({ steps: 11, dt: 5, layers: [{ name: 'a', size: 1, values: new Uint8Array(11) }] }),
  )
  expect(texts).toEqual(expect.arrayContaining(['time (ms)', '0', '50']))
})

test('each of ten classes has a label', async () => {
  const { texts } = await drawn(raster({ steps: 1, layers: [{ name: 'a', size: 10, values: new Uint8Array(10) }] }))
  expect(texts).toEqual(expect.arrayContaining(Array.from({ length: 10 }, (_, n) => String(n))))
})

test('of more neurons than pixels none that fires gets lost', async () => {
  const [size, steps] = [1000, 50]
  const values = new Uint8Array(size * steps)
  for (let t = 0; t < steps; t++) values[t * size + ((37 * t) % size)] = 1
  const { images } = await drawn(raster({ steps, layers: [{ name: 'a', size, values }] }))
  const [image] = images
  expect(image!.rows).toBe(image!.height)
  for (let t = 0; t < steps; t++) {
    const dark = Array.from({ length: image!.rows }, (_, row) => row).filter((row) => image!.at(row, t)[0] === 0)
    expect(dark).toEqual([Math.floor((((37 * t) % size) * image!.rows) / size)])
  }
})

test('a large raster is a small file of few elements', async () => {
  const layers = [784, 1000].map((size) => ({
    name: `${size}`,
    size,
    values: Uint8Array.from({ length: 128 * size }, (_, i) => Number((i * 2654435761) % 2 ** 32 < 2 ** 32 / 10)),
  }))
  const { svg } = await drawn(raster({ steps: 128, layers }))
  expect(svg.length).toBeLessThan(60_000)
  expect(svg.split('<').length).toBeLessThan(400)
})

describe('refused is', () => {
  const layer = { name: 'a', size: 2, values: [0, 1, 0, 1] }
  test.each<[string, Parameters<typeof raster>[0], string, RegExp]>([
    ['a layer of another length', { steps: 3, layers: [layer] }, 'HILLOCK_SHAPE', /a: there are 4 values\n.*\[3, 2\]/],
    ['no layer', { steps: 2, layers: [] }, 'HILLOCK_SHAPE', /no layers/],
    ['no step', { steps: 0, layers: [layer] }, 'HILLOCK_SHAPE', /time steps: 0/],
    ['half a neuron', { steps: 2, layers: [{ ...layer, size: 0.5 }] }, 'HILLOCK_SHAPE', /neurons: 0.5/],
    ['NaN', { steps: 2, layers: [{ ...layer, values: [0, 0, Number.NaN, 0] }] }, 'HILLOCK_NOT_FINITE', /value 2: NaN/],
    ['a step of no length', { steps: 2, dt: 0, layers: [layer] }, 'HILLOCK_OPTION', /'dt' is 0/],
  ])('%s', (_, options, code, message) => {
    expect(() => raster(options)).toThrow(expect.objectContaining({ code, message: expect.stringMatching(message) }))
  })
})
