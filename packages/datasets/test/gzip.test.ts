import { constants, gunzipSync } from 'node:zlib'
import { readIdx } from '@hillock/datasets'
import { describe, expect, test } from '@jest/globals'
import { bitsOf, concat, gzip, idx, member } from './files.ts'

const damaged = (pattern: RegExp) =>
  expect.objectContaining({ code: 'HILLOCK_DATA_DAMAGED', message: expect.stringMatching(pattern) })

const file = idx([60, 28, 28])
const read = (bytes: Uint8Array) => readIdx(bytes, 'x')
/** That a gzip file is read as this idx file; `toEqual` takes a second for as many values. */
const expectRead = async (bytes: Uint8Array, plain: Uint8Array) => {
  const { values } = await read(bytes)
  expect(Buffer.compare(Buffer.from(values), plain.subarray(-values.length))).toBe(0)
}

/** Values that nothing repeats in, so that they are stored or coded one by one. */
const noise = idx([5000]).map((byte, i) => (i < 8 ? byte : (Math.imul(i, 2654435761) >>> 13) & 255))

describe('gzip is read', () => {
  const extras = [0, 1, 2, 3].flatMap((some) =>
    [0, 1, 2, 3].map((more) => ({
      text: some === 3,
      headerSum: (some & 1) === 1,
      ...((some & 2) === 2 && { extra: [65, 80, 2, 0, 0, 0] }),
      ...((more & 1) === 1 && { name: 'train-images-idx3-ubyte' }),
      ...((more & 2) === 2 && { comment: 'k\u00fcrzer' }),
    })),
  )
  test.each(extras)('with anything that its header may hold: %j', async (extra) => {
    const bytes = member(file, extra)
    expect(Buffer.compare(gunzipSync(bytes), file)).toBe(0)
    await expectRead(bytes, file)
  })

  const { Z_FIXED, Z_HUFFMAN_ONLY, Z_RLE, Z_FILTERED, Z_DEFAULT_STRATEGY } = constants
  const strategies = [Z_DEFAULT_STRATEGY, Z_FILTERED, Z_HUFFMAN_ONLY, Z_RLE, Z_FIXED]
  test.each(strategies)('packed in any way: strategy %i', async (strategy) => {
    for (const plain of [file, noise, idx([1]), idx([70_000], 3)]) {
      for (const level of [0, 1, 6, 9]) {
        await expectRead(member(plain, {}, { strategy, level, memLevel: Math.max(level, 1) }), plain)
      }
    }
  })

  test('of several members, some of them empty', async () => {
    const none = member(new Uint8Array())
    const members = [
      none,
      member(file.subarray(0, 7)),
      none,
      member(file.subarray(7, 9000), { name: 'b' }),
      member(file.subarray(9000)),
      none,
    ]
    await expectRead(concat(...members), file)
  })

  test('with zeros behind its end', async () => {
    for (const zeros of [1, 7, 8, 10_000]) await expectRead(concat(gzip(file), new Uint8Array(zeros)), file)
  })

  test('at any offset', async () => {
    const bytes = gzip(file)
    const shifted = new Uint8Array(bytes.length + 3).subarray(3)
    shifted.set(bytes)
    await expectRead(shifted, file)
  })
})

describe('gzip is refused', () => {
  const at = (bytes: Uint8Array, place: number, value: number) =>
    bytes.with(place < 0 ? bytes.length + place : place, value)
  const whole = member(file, { name: 'a', headerSum: true })

  test.each<[string, Uint8Array, RegExp]>([
    ['with something else behind its end', concat(whole, Uint8Array.of(0, 0, 1)), /something else follows its end/],
    [
      'with a second member that repeats what is in the first',
      concat(member(file.subarray(0, 9000)), at(member(new Uint8Array(300)), 10, 0x03)),
      /not valid gzip/,
    ],
    ['packed in a way of another kind', at(whole, 2, 7), /packed in a way that gzip does not define/],
    ['with a flag that is kept for later', at(whole, 3, 0x2a), /packed in a way that gzip does not define/],
    ['with an altered header', at(whole, 4, 9), /its header does not give its checksum/],
    ['with another checksum', at(whole, -8, whole.at(-8)! ^ 1), /what it holds does not give its checksum/],
    ['with another length', at(whole, -1, 1), /another length than it says/],
    ['that ends within its name', whole.slice(0, 11), /cut short/],
  ])('%s', async (_, bytes, pattern) => {
    await expect(read(bytes)).rejects.toEqual(damaged(pattern))
  })

  const packed = (...fields: [value: number, bits: number][]) =>
    concat(Uint8Array.of(0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3), bitsOf(fields), new Uint8Array(8))
  const lengths = (...given: number[]) => given.map((length): [number, number] => [length, 3])

  test.each<[string, Uint8Array, RegExp]>([
    ['a part of a kind that there is none of', packed([1, 1], [3, 2]), /a kind that there is none of/],
    ['a length given in two ways', packed([1, 1], [0, 7], [5, 16], [5, 16]), /two different values/],
    ['a distance before the beginning', packed([1, 1], [1, 2], [0b1000000, 7], [0, 5]), /before its beginning/],
    [
      'a length that there is none of',
      packed([1, 1], [1, 2], [0b01100011, 8], [0, 5]),
      /a length that there is none of/,
    ],
    [
      'a distance that there is none of',
      packed([1, 1], [1, 2], [0b00001100, 8], [0b1000000, 7], [0b01111, 5]),
      /a distance that there is none of/,
    ],
    ['too many symbols', packed([1, 1], [2, 2], [31, 5], [0, 5], [0, 4]), /too many symbols/],
    [
      'too many short lengths',
      packed([1, 1], [2, 2], [0, 5], [0, 5], [0, 4], ...lengths(1, 1, 1, 0)),
      /more symbols than bits/,
    ],
    [
      'bits that stand for nothing',
      packed([1, 1], [2, 2], [0, 5], [0, 5], [0, 4], ...lengths(0, 0, 1, 0)),
      /bits that stand for nothing/,
    ],
    [
      'a repeated length before there is one',
      packed([1, 1], [2, 2], [0, 5], [0, 5], [0, 4], ...lengths(1, 0, 0, 1), [1, 1]),
      /before there is one/,
    ],
    [
      'too many lengths',
      packed(
        [1, 1],
        [2, 2],
        [0, 5],
        [0, 5],
        [0, 4],
        ...lengths(0, 0, 1, 1),
        ...Array.from({ length: 3 }, (): [number, number] => [255, 8]),
      ),
      /too many lengths/,
    ],
    [
      'no end',
      packed([1, 1], [2, 2], [0, 5], [0, 5], [0, 4], ...lengths(0, 0, 1, 1), [1, 1], [127, 7], [1, 1], [109, 7]),
      /no end/,
    ],
  ])('with %s', async (_, bytes, pattern) => {
    expect(() => gunzipSync(bytes)).toThrow(/invalid|incorrect|too many/)
    await expect(read(bytes)).rejects.toEqual(damaged(pattern))
  })

  test('that would unpack to more than 2 GiB, which is not supported', async () => {
    const large = new Uint8Array(3_000_000)
    large.set(Uint8Array.of(0, 0, 8, 1, 0xa0, 0, 0, 0))
    const bytes = concat(member(large, {}, { level: 0 }))
    await expect(read(bytes)).rejects.toMatchObject({
      code: 'HILLOCK_UNSUPPORTED',
      message: expect.stringMatching(/^x holds 2684354568 bytes, more than 2 GiB/),
    })
  })
})
