import { type Idx, idxExamples, readIdx } from '@hillock/datasets'
import { describe, expect, test } from '@jest/globals'
import { gzip, header, idx } from './files.ts'

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

  const types: [string, number, number, (view: DataView, at: number, value: number) => void, ArrayLike<number>][] = [
    ['u8', 8, 1, (view, at, value) => view.setUint8(at, value), Uint8Array.of(0, 7, 255)],
    ['i8', 9, 1, (view, at, value) => view.setInt8(at, value), Int8Array.of(-128, 7, 127)],
    ['i16', 11, 2, (view, at, value) => view.setInt16(at, value), Int16Array.of(-32768, 258, 32767)],
    ['i32', 12, 4, (view, at, value) => view.setInt32(at, value), Int32Array.of(-(2 ** 31), 66051, 2 ** 31 - 1)],
    ['f32', 13, 4, (view, at, value) => view.setFloat32(at, value), Float32Array.of(-0, 0.1, Infinity)],
    ['f64', 14, 8, (view, at, value) => view.setFloat64(at, value), Float64Array.of(-0, 0.1, 1e300)],
  ]
  const typed = (
    type: number,
    bytes: number,
    set: (typeof types)[0][3],
    values: ArrayLike<number>,
    shape: number[],
  ) => {
    const start = header(type, shape)
    const file = new Uint8Array(start.length + bytes * values.length)
    file.set(start)
    Array.from(values, (value, i) => set(new DataView(file.buffer), start.length + bytes * i, value))
    return file
  }

  test.each(types)(
    'reads values of the type %s, big-endian, into an array of that type',
    async (_, type, bytes, set, values) => {
      const file = typed(type, bytes, set, values, [3, 1])
      expect(await readIdx(file)).toEqual({ shape: [3, 1], values })
      expect(await readIdx(gzip(file))).toEqual({ shape: [3, 1], values })
    },
  )

  test.each([1, 5, 255])('reads a file of %i dimensions', async (rank) => {
    const shape = new Array<number>(rank).fill(1).with(-1, 3)
    for (const file of [idx(shape), gzip(idx(shape))]) {
      expect(await readIdx(file)).toEqual({ shape, values: Uint8Array.of(0, 1, 2) })
    }
  })

  test('reads a file of no values, whatever else it says', async () => {
    for (const shape of [[0], [0, 28, 28], [2 ** 32 - 1, 2 ** 32 - 1, 2 ** 32 - 1, 0]]) {
      const file = Uint8Array.from(header(8, shape))
      expect(await readIdx(file)).toEqual({ shape, values: new Uint8Array() })
      expect(await readIdx(gzip(file))).toEqual({ shape, values: new Uint8Array() })
    }
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
    ['a byte too many, gzipped', gzip(Uint8Array.from([...file, 0])), /46 bytes and has 47/],
    ['a wrong magic', Uint8Array.from([1, 0, 8, 1, 0, 0, 0, 1, 7]), /starts with 01 00 08 01/],
    [
      'a type that there is none of',
      Uint8Array.from([0, 0, 10, 1, 0, 0, 0, 1, 7]),
      /type 0xa, which idx does not define/,
    ],
    ['no dimensions', Uint8Array.from([0, 0, 8, 0]), /not an idx file/],
    ['a header cut short', Uint8Array.from(header(8, [1, 1, 1]).slice(0, 9)), /less than its header/],
    [
      'an absurd size',
      Uint8Array.from([0, 0, 8, 2, ...new Array<number>(8).fill(255)]),
      /says it has 18446744065119617000 bytes and has 12/,
    ],
    [
      'an absurd size, gzipped',
      gzip(Uint8Array.from([0, 0, 8, 2, ...new Array<number>(2000).fill(255)])),
      /says it has 18446744065119617000 bytes and has less/,
    ],
    ['a page of text', new TextEncoder().encode('<!DOCTYPE html>') as Uint8Array<ArrayBuffer>, /not an idx file/],
  ])('refuses %s', async (_, bytes, pattern) => {
    await expect(readIdx(bytes, 'x')).rejects.toEqual(damaged(pattern))
  })

  test('refuses a changed byte in a gzipped file', async () => {
    const changed = gzip(file)
    changed[changed.length - 6]! ^= 1 // in the CRC
    await expect(readIdx(changed, 'x')).rejects.toEqual(
      damaged(/x is not valid gzip: what it holds does not give its checksum/),
    )
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

  test('takes floats as they are, of one dimension or more', async () => {
    const images = { shape: [3, 1, 2, 1], values: Float64Array.of(0, 0.5, 1, 0, 0.25, 1) }
    const found = idxExamples(images, { shape: [3], values: Uint8Array.of(0, 1, 2) }, { classes: 3, limit: 2 })
    expect(found).toEqual({
      images: Float32Array.of(0, 0.5, 1, 0),
      labels: Uint8Array.of(0, 1),
      count: 2,
      features: 2,
      classes: 3,
    })
  })

  test.each<[string, Idx['values'], number, object]>([
    ['bytes', Uint8Array.of(1, 0), 2, Uint8Array.of(1, 0)],
    ['i8', Int8Array.of(127, 0), 128, Uint8Array.of(127, 0)],
    ['i16', Int16Array.of(256, 0), 257, Uint16Array.of(256, 0)],
    ['i32', Int32Array.of(65535, 0), 65536, Uint16Array.of(65535, 0)],
    ['i32 and many classes', Int32Array.of(99_999, 0), 100_000, Int32Array.of(99_999, 0)],
  ])('takes labels of any whole type: %s', (_, values, classes, labels) => {
    expect(
      idxExamples({ shape: [2, 1], values: Uint8Array.of(0, 1) }, { shape: [2], values }, { classes }).labels,
    ).toEqual(labels)
  })

  const refused = (images: Idx, labels: Idx) =>
    expect(() => idxExamples(images, labels, { names: { images: 'a', labels: 'b' } }))
  const two = { shape: [2], values: Uint8Array.of(0, 1) }

  test('refuses a label below 0', () => {
    const labels = { shape: [2], values: Int8Array.of(3, -1) }
    refused({ shape: [2, 1], values: Uint8Array.of(0, 1) }, labels).toThrow(damaged(/^b has label -1 at 1/))
  })

  test('calls sound what it has no use for', () => {
    const code = (code: string, message: RegExp) =>
      expect.objectContaining({ code, message: expect.stringMatching(message), hint: expect.any(String) })
    refused({ shape: [2, 1], values: Int16Array.of(0, 1) }, two).toThrow(
      code('HILLOCK_UNSUPPORTED', /^a holds images of Int16 values/),
    )
    refused({ shape: [2, 1], values: two.values }, { shape: [2], values: Float32Array.of(0, 1) }).toThrow(
      code('HILLOCK_UNSUPPORTED', /^b holds labels of Float32 values/),
    )
    const none = { shape: [0, 2], values: new Uint8Array() }
    refused(none, { shape: [0], values: none.values }).toThrow(code('HILLOCK_DATA_MISSING', /^a holds 0 x 2 values/))
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
