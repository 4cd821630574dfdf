import { expect, test } from '@jest/globals'
import { decode } from 'fast-png'
import { image, raster, toPng } from '../src/index.ts'
import { drawn } from './drawn.ts'

const figure = raster({ title: 'spikes', steps: 3, layers: [{ name: 'a', size: 2, values: [0, 1, 1, 0, 0, 1] }] })

test('a PNG has the signature, and the size of the SVG times the scale', async () => {
  const { width, height } = await drawn(figure)
  for (const scale of [1, 2, 0.5]) {
    const png = await toPng(figure, { scale })
    expect([...png.subarray(0, 8)]).toEqual([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])
    const found = decode(png)
    expect(found.width).toBeCloseTo(width * scale, -0.5)
    expect(found.height).toBeCloseTo(height * scale, -0.5)
  }
})

test('texts are drawn with a font of its own, pixels without smoothing', async () => {
  const titled = image({ title: 'M', values: [0, 1, 1, 0], shape: [2, 2] })
  const bare = image({ values: [0, 1, 1, 0], shape: [2, 2] })
  const dark = async (drawing: typeof titled) => {
    const { data, channels } = decode(await toPng(drawing, { scale: 4 }))
    const levels = new Map<number, number>()
    for (let i = 0; i < data.length; i += channels) levels.set(data[i]!, (levels.get(data[i]!) ?? 0) + 1)
    return levels
  }
  const [plain, withTitle] = [await dark(bare), await dark(titled)]
  // black and white pixels alone, but for the edges
  const pure = plain.get(0)! + plain.get(255)!
  expect(pure / [...plain.values()].reduce((a, b) => a + b)).toBeGreaterThan(0.95)
  expect(plain.get(0)).toBeGreaterThan(2 * 8 * 8 * 16 * 0.9)
  expect([...withTitle.keys()].length).toBeGreaterThan(plain.size)
})

test.each([0, -1, Number.NaN, 11])('a scale of %d is refused', async (scale) => {
  await expect(toPng(figure, { scale })).rejects.toThrow(expect.objectContaining({ code: 'HILLOCK_OPTION' }))
})
