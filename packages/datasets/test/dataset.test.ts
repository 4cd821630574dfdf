import {
  type Examples,
  eventSource,
  frames,
  glyphs,
  patternGeneration,
  readCsv,
  split,
  storeRecall,
  subset,
  summary,
  take,
} from '@hillock/datasets'
import { describe, expect, test } from '@jest/globals'

/** `count` examples of two features, whose values and label tell their index. */
const numbered = (count: number): Examples => ({
  images: Float32Array.from({ length: count * 2 }, (_, i) => i),
  labels: Uint8Array.from({ length: count }, (_, i) => i),
  count,
  features: 2,
  classes: 256,
})
const range = expect.objectContaining({ code: 'HILLOCK_RANGE' })

describe('parts of examples', () => {
  test('of recordings are numbers of them', async () => {
    const read = (row: number) => readCsv(new TextEncoder().encode(`t,x,y,p\n0,${row},0,1\n`), { width: 9, height: 1 })
    const labels = Array.from({ length: 9 }, (_, i) => i)
    const source = eventSource({
      id: 'nine',
      labels,
      classes: 9,
      width: 9,
      height: 1,
      frames: frames({ steps: 1, dt: 1 }),
      read,
    })
    const some = take(subset(source, [8, 0, 3, 4]), 2, 1)
    expect([some.count, ...some.labels]).toEqual([2, 0, 3])
    expect((await some.recording(1)).x).toEqual(Uint16Array.of(3))
    expect(take(source, 9)).toBe(source)
    const { train, validation } = split(source, { validation: 3, seed: 1 })
    expect([...train.labels, ...validation.labels].sort()).toEqual(labels)
    for (const bad of [[9], [-1], [0.5]]) expect(() => subset(source, bad)).toThrow(range)
    expect(() => take(source, 10)).toThrow(range)
  })

  test('subset keeps images with their labels, in the order asked for', () => {
    const part = subset(numbered(5), [4, 0, 4])
    expect(Array.from(part.images)).toEqual([8, 9, 0, 1, 8, 9])
    expect(Array.from(part.labels)).toEqual([4, 0, 4])
    expect(part).toMatchObject({ count: 3, features: 2, classes: 256 })
    expect(() => subset(numbered(5), [5])).toThrow(range)
    expect(() => subset(numbered(5), [-1])).toThrow(range)
  })

  test('take gives the first ones', () => {
    const part = take(numbered(5), 2)
    expect(Array.from(part.images)).toEqual([0, 1, 2, 3])
    expect(Array.from(part.labels)).toEqual([0, 1])
    expect(() => take(numbered(5), 6)).toThrow(range)
  })

  test('subset and take keep labels, targets and masks together', () => {
    const row = (from: number, width: number) => Array.from({ length: 3 * width }, (_, i) => from + i)
    const sequences = {
      ...numbered(3),
      targets: Float32Array.from(row(0, 4)),
      mask: Uint8Array.from(row(100, 2)),
    }
    const parts = [subset(sequences, [2, 1]), take(sequences, 2, 1)]
    expect(parts.map(({ labels, targets, mask }) => [labels, targets, mask].map((list) => Array.from(list)))).toEqual([
      [
        [2, 1],
        [8, 9, 10, 11, 4, 5, 6, 7],
        [104, 105, 102, 103],
      ],
      [
        [1, 2],
        [4, 5, 6, 7, 8, 9, 10, 11],
        [102, 103, 104, 105],
      ],
    ])
    const { labels: _, ...targeted } = sequences
    expect(take(targeted, 1)).not.toHaveProperty('labels')
    for (const task of [
      storeRecall({ train: 2, test: 1, periods: 6, period: 2 }),
      patternGeneration({ train: 2, steps: 50 }),
    ])
      expect(take(task.train, 1).targets).toEqual(task.train.targets.slice(0, task.train.targets.length / 2))
  })

  test('split gives every example to one part, by the seed', () => {
    const { train, validation } = split(numbered(100), { validation: 20, seed: 1 })
    expect([train.count, validation.count]).toEqual([80, 20])
    const all = [...train.labels, ...validation.labels].sort((a, b) => a - b)
    expect(all).toEqual(Array.from({ length: 100 }, (_, i) => i))
    expect(validation.images[0]).toBe(validation.labels[0]! * 2)
    expect(split(numbered(100), { validation: 20, seed: 1 })).toEqual({ train, validation })
    expect(split(numbered(100), { validation: 20, seed: 2 }).validation).not.toEqual(validation)
    expect(validation.labels).not.toEqual(Uint8Array.from({ length: 20 }, (_, i) => i))
    for (const bad of [0, 100, 2.5]) expect(() => split(numbered(100), { validation: bad })).toThrow(range)
  })

  test('summary is one line', () => {
    const data = glyphs({ train: 20, validation: 10, test: 10 })
    expect(summary(data)).toBe('glyphs: 20 train, 10 validation, 10 test, 28x28, 10 classes')
    expect(summary({ ...data, source: '/data' })).toMatch(/ \(\/data\)$/)
  })
})
