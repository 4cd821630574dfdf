import { idxExamples, readIdx } from '@hillock/datasets'
import { describe, expect, test } from '@jest/globals'
import { gzip, idx } from './files.ts'

const damaged = (pattern: RegExp) =>
  expect.objectContaining({ code: 'HILLOCK_DATA_DAMAGED', message: expect.stringMatching(pattern) })

describe('readIdx', () => {
  const file = idx([5, 2, 3])

  test.each([
    ['plain', file],
    ['gzipped', gzip(file)],
  ])('reads a %s file', async (_, bytes) => {
    const { shape, values } = await readIdx(bytes)
    expect(shape).toEqual([5, 2, 3])
    expect(Array.from(values)).toEqual(Array.from({ length: 30 }, (_, i) => i))
  })

  test('refuses every file cut short, plain or gzipped, by name', async () => {
    for (const whole of [file, gzip(file)]) {
      for (let length = 0; length < whole.length; length++) {
        await expect(readIdx(whole.slice(0, length), 'cut.gz')).rejects.toEqual(damaged(/^cut\.gz /))
      }
    }
  })

  test.each([
    ['a byte too many', Uint8Array.from([...file, 0]), /46 bytes and has 47/],
    ['a byte too many, gzipped', gzip(Uint8Array.from([...file, 0])), /46 bytes and has more/],
    ['a wrong magic', Uint8Array.from([1, 0, 8, 1, 0, 0, 0, 1, 7]), /starts with 01 00 08 01/],
    ['floats', Uint8Array.from([0, 0, 13, 1, 0, 0, 0, 1, 7, 7, 7, 7]), /type 0xd/],
    ['no dimensions', Uint8Array.from([0, 0, 8, 0]), /not an idx file/],
    ['no values', Uint8Array.from([0, 0, 8, 1, 0, 0, 0, 0]), /says it holds 0 values/],
    ['an absurd size', Uint8Array.from([0, 0, 8, 2, ...new Array<number>(8).fill(255)]), /4294967295 x 4294967295/],
    ['an absurd size, gzipped', gzip(Uint8Array.from([0, 0, 8, 2, ...new Array<number>(30).fill(255)])), /4294967295/],
    ['a page of text', new TextEncoder().encode('<!DOCTYPE html>') as Uint8Array<ArrayBuffer>, /not an idx file/],
  ])('refuses %s', async (_, bytes, pattern) => {
    await expect(readIdx(bytes, 'x')).rejects.toEqual(damaged(pattern))
  })

  test('refuses a changed byte in a gzipped file', async () => {
    const changed = gzip(file)
    changed[changed.length - 6]! ^= 1 // in the CRC
    await expect(readIdx(changed, 'x')).rejects.toEqual(damaged(/gzip/))
  })

  test('stops inflating at the size that the header says', async () => {
    const bomb = new Uint8Array(64 * 2 ** 20)
    bomb.set(idx([5, 2, 3]))
    const before = process.memoryUsage().arrayBuffers
    await expect(readIdx(gzip(bomb), 'x')).rejects.toEqual(damaged(/46 bytes and has more/))
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(32 * 2 ** 20)
  })
})

describe('idxExamples', () => {
  const read = async (shape: number[], modulus?: number) => readIdx(idx(shape, modulus))

  test('divides bytes by 255 and flattens', async () => {
    const examples = idxExamples(await read([30, 3, 4]), await read([30], 10))
    expect(examples).toMatchObject({ count: 30, features: 12, classes: 10 })
    expect(examples.images[255]).toBe(1)
    expect(examples.images[51]).toBe(Math.fround(0.2))
    expect(examples.labels[13]).toBe(3)
  })

  test('keeps the first few with a limit', async () => {
    const examples = idxExamples(await read([30, 3, 4]), await read([30], 10), { limit: 7 })
    expect(examples).toMatchObject({ count: 7 })
    expect(examples.images).toHaveLength(84)
    expect(examples.labels).toHaveLength(7)
  })

  test.each([
    ['labels for images', [30], [30], 10, /^images .*labels where images/],
    ['images for labels', [30, 3, 4], [30, 3, 4], 10, /^labels .*images where labels/],
    ['counts that differ', [30, 3, 4], [29], 10, /29 labels for the 30 images of images/],
    ['a label beyond the classes', [30, 3, 4], [30], 11, /label 10 at 10/],
  ])('refuses %s', async (_, images, labels, modulus, pattern) => {
    const [a, b] = [await read(images), await read(labels, modulus)]
    const names = { images: 'images', labels: 'labels' }
    expect(() => idxExamples(a, b, { names })).toThrow(damaged(pattern))
  })

  test('refuses a limit beyond the count', async () => {
    const [images, labels] = [await read([30, 3, 4]), await read([30], 10)]
    expect(() => idxExamples(images, labels, { limit: 31 })).toThrow(expect.objectContaining({ code: 'HILLOCK_RANGE' }))
  })
})
