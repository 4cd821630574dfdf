import { type EventList, frames, movingGlyphs, nGlyphs } from '@hillock/datasets'
import { describe, expect, test } from '@jest/globals'

const bins = ({ t }: EventList, width: number, count: number) => {
  const counts = new Array<number>(count).fill(0)
  for (const time of t) counts[Math.floor(time / width)]!++
  return counts
}
const mean = (values: ArrayLike<number>) => Array.from(values).reduce((sum, value) => sum + value, 0) / values.length

describe('n-glyphs', () => {
  const data = nGlyphs({ train: 24, test: 3 })

  test('has as many events as N-MNIST, at the times and places of its saccades', async () => {
    const lists = await Promise.all(Array.from({ length: 24 }, (_, i) => data.train.recording(i)))
    const counts = lists.map(({ x }) => x.length)
    // of 1,000 recordings of N-MNIST: 4,133, deviation 1,154, half of them on
    expect(Math.abs(mean(counts) - 4133)).toBeLessThan(400)
    const on = mean(lists.map(({ polarity }) => mean(polarity)))
    expect(Math.abs(on - 0.5)).toBeLessThan(0.06)
    const rates = new Array<number>(63).fill(0)
    for (const list of lists) for (const [bin, count] of bins(list, 5e3, 63).entries()) rates[bin]! += count / 24 / 5
    const peaks = [55, 160, 265].map((ms) => Math.max(...rates.slice(ms / 5 - 3, ms / 5 + 4)))
    for (const peak of peaks) expect(peak > 20 && peak < 36).toBe(true)
    for (const ms of [5, 105, 215, 312]) expect(rates[Math.floor(ms / 5)]!).toBeLessThan(4)
    // the middle of all events goes where that of N-MNIST goes
    const middle = (from: number, to: number, axis: 'x' | 'y') =>
      mean(lists.flatMap((list) => [...list[axis]].filter((_, i) => list.t[i]! >= from && list.t[i]! < to)))
    expect(middle(60e3, 90e3, 'y')).toBeGreaterThan(middle(20e3, 50e3, 'y') + 0.7)
    expect(middle(170e3, 200e3, 'x')).toBeGreaterThan(middle(60e3, 90e3, 'x') + 0.7)
    for (const { t, x, y } of lists) {
      expect(t.every((time, i) => i === 0 || time >= t[i - 1]!)).toBe(true)
      expect(Math.max(...x, ...y)).toBeLessThan(34)
    }
  })

  test('is the same for the same seed, its parts differ, and recordings are made as they are read', async () => {
    const again = nGlyphs({ train: 5, test: 3 })
    expect(await again.train.recording(4)).toEqual(await data.train.recording(4))
    expect([...again.train.labels]).toEqual([...data.train.labels.slice(0, 5)])
    expect(await data.test.recording(0)).not.toEqual(await data.train.recording(0))
    expect(await nGlyphs({ train: 5, test: 3, seed: 1 }).train.recording(4)).not.toEqual(await again.train.recording(4))
    expect(new Set(data.train.labels).size).toBeGreaterThan(6)
    expect([data.shape, data.steps, data.classes]).toEqual([[34, 34, 2], 30, 10])
  })

  test('noise and threshold say how many events there are, and options that cannot be are refused', async () => {
    const count = async (options: object) =>
      (await nGlyphs({ train: 1, test: 1, ...options }).train.recording(0)).x.length
    const [plain, loud, coarse] = [
      await count({ noise: 0 }),
      await count({ noise: 10 }),
      await count({ noise: 0, threshold: 0.8 }),
    ]
    expect(loud).toBe(plain + 3150)
    expect(coarse).toBeLessThan(plain * 0.7)
    expect(() => nGlyphs({ threshold: 0 })).toThrow(expect.objectContaining({ code: 'HILLOCK_OPTION' }))
    expect(() => nGlyphs({ train: 0 })).toThrow(expect.objectContaining({ code: 'HILLOCK_RANGE' }))
  })
})

test('digits of moving-glyphs move where their class says', async () => {
  const { train, shape, steps, classes } = movingGlyphs({
    train: 40,
    test: 1,
    noise: 0,
    frames: frames({ steps: 10, dt: 10e-3 }),
  })
  expect([shape, steps, classes]).toEqual([[34, 34, 2], 10, 8])
  for (let i = 0; i < 40; i++) {
    const { x, y, t } = await train.recording(i)
    const far = (axis: Uint16Array) =>
      mean([...axis].filter((_, k) => t[k]! > 70e3)) - mean([...axis].filter((_, k) => t[k]! < 30e3))
    const angle = (Math.atan2(far(y), far(x)) * 4) / Math.PI
    const off = Math.abs(((angle - train.labels[i]! + 12) % 8) - 4)
    expect(off).toBeLessThan(0.6)
  }
})
