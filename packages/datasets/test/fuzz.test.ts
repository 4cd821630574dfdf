import { constants, gunzipSync, gzipSync } from 'node:zlib'
import { slowness } from '@hillock/testing'
import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { readIdx } from '../src/idx.ts'
import { allocated } from './allocated.ts'
import { bitsOf, concat, idx, member } from './files.ts'

/** HILLOCK_FUZZ asks for more inputs, and tells how it went. */
const numRuns = Number(process.env.HILLOCK_FUZZ ?? 2000)
let [slowest, heaviest] = [0, 0]
/** Mostly nothing. */
const seldom = <T>(arbitrary: fc.Arbitrary<T>) =>
  fc.oneof({ weight: 6, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary })

const dimension = fc.oneof(
  { weight: 9, arbitrary: fc.integer({ min: 1, max: 6 }) },
  { weight: 1, arbitrary: fc.constantFrom(0, 65536, 2 ** 31, 2 ** 32 - 1) },
)
/** A header that may lie, and some values. */
const made = fc
  .record({
    start: fc.constantFrom([0, 0], [0, 0], [0, 0], [0, 1], [31, 139]),
    type: fc.constantFrom(8, 8, 8, 9, 11, 12, 13, 14, 10, 0),
    dimensions: fc.oneof(
      { weight: 9, arbitrary: fc.array(dimension, { maxLength: 5 }) },
      { weight: 1, arbitrary: fc.array(fc.constant(1), { minLength: 200, maxLength: 255 }) },
    ),
    claimed: seldom(fc.nat(255)),
    more: fc.constantFrom(0, 0, 0, 0, 1, -1, 7),
  })
  .map(({ start, type, dimensions: given, claimed, more }) => {
    const dimensions: number[] = given
    const width = [2, 4, 4, 8][type - 11] ?? 1
    const size = Math.min(2000, Math.max(0, width * dimensions.reduce((product, n) => product * n, 1) + more))
    const bytes = new Uint8Array(4 + 4 * dimensions.length + size)
    bytes.set([...start, type, claimed ?? dimensions.length])
    const view = new DataView(bytes.buffer)
    for (const [i, n] of dimensions.entries()) view.setUint32(4 + 4 * i, n)
    return bytes
  })
const change = fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 3 })
const extras = fc.record({
  headerSum: fc.boolean(),
  extra: seldom(fc.array(fc.nat(255), { maxLength: 5 })),
  name: seldom(fc.constantFrom('', 'a.idx')),
  comment: seldom(fc.constant('b')),
})
const packing = fc.record({
  level: fc.constantFrom(0, 1, 6, 9),
  strategy: fc.constantFrom(constants.Z_DEFAULT_STRATEGY, constants.Z_HUFFMAN_ONLY, constants.Z_RLE, constants.Z_FIXED),
})
/** In one member or several, with bytes changed, cut, or with zeros at its end. */
const zipped = fc
  .tuple(made, seldom(fc.nat(40)), extras, packing, seldom(change), fc.nat(12))
  .map(([plain, first, { headerSum, ...texts }, options, changes, cut]) => {
    const given = Object.fromEntries(Object.entries(texts).filter(([, value]) => value !== undefined))
    const parts = first === undefined ? [plain] : [plain.subarray(0, first), plain.subarray(first)]
    const bytes = concat(
      ...parts.map((part) => member(part, { headerSum, ...given }, options)),
      new Uint8Array(cut === 9 ? 3 : 0),
    )
    for (const [at, value] of changes ?? []) bytes[at % bytes.length] = value
    return bytes.slice(0, bytes.length - Math.max(0, cut - 10))
  })

/** What zlib makes of gzip that ends where it says, if anything. */
function byZlib(bytes: Uint8Array): Buffer | undefined {
  try {
    // with `info` it gives this, which its types do not say
    const found = gunzipSync(bytes, { info: true } as object) as unknown as {
      buffer: Buffer
      engine: { bytesWritten: number }
    }
    return found.engine.bytesWritten === bytes.length ? found.buffer : undefined
  } catch {
    return undefined
  }
}

/** The most bytes that there may be to read: gzip holds at most so many times its length. */
const most = (bytes: Uint8Array) => (bytes[0] === 0x1f && bytes[1] === 0x8b ? 1032 : 1) * bytes.length

test('whatever its bytes are, an idx file is read or refused, in a moment and in memory of its size', async () => {
  let [accepted, sound] = [0, 0]
  const inputs = fc.oneof(
    { weight: 4, arbitrary: made },
    { weight: 4, arbitrary: zipped },
    { weight: 1, arbitrary: fc.uint8Array() },
  )
  let refusal = ''
  const attempt = async (bytes: Uint8Array) => {
    refusal = ''
    const began = process.cpuUsage()
    const arrays = await allocated(async () => {
      try {
        const { shape, values } = await readIdx(bytes)
        expect(values).toHaveLength(shape.reduce((product, n) => product * n, 1))
        accepted++
      } catch (error) {
        refusal = (error as Error).message
        expect(error).toMatchObject({ code: 'HILLOCK_DATA_DAMAGED', hint: expect.any(String) })
      }
    })
    heaviest = Math.max(heaviest, arrays / Math.max(1, most(bytes)))
    const { user, system } = process.cpuUsage(began)
    return slowness(user + system)
  }
  const property = fc.asyncProperty(inputs, async (bytes) => {
    let time = await attempt(bytes)
    // what is slow by itself is slow again; memory that is cleared up now and then takes time too
    for (let again = 0; again < 2 && time > 100; again++) time = Math.min(time, await attempt(bytes))
    slowest = Math.max(slowest, time)
    if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return
    // gzip is sound where zlib says so, and holds the same
    const whole = byZlib(bytes)
    if (whole !== undefined) expect(refusal).not.toMatch(/not valid gzip/)
    if (refusal === '') expect(await readIdx(new Uint8Array(gunzipSync(bytes)))).toEqual(await readIdx(bytes))
    sound += Number(whole !== undefined)
  })
  await fc.assert(property, { numRuns })
  expect(accepted).toBeGreaterThan(numRuns / 50)
  expect(sound).toBeGreaterThan(numRuns / 50)
  // about two seconds on a machine that does nothing else; an ordinary input takes less than a two-thousandth of it
  expect(slowest).toBeLessThan(200)
  expect(heaviest).toBeLessThanOrEqual(2)
  if (process.env.HILLOCK_FUZZ) console.log({ numRuns, slowest, heaviest, accepted, sound })
}, 3_600_000)

test('a file that claims more than it has takes no memory for it', async () => {
  const claiming = new Uint8Array(16)
  claiming.set([0, 0, 8, 3, 0x40, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 1])
  for (const bytes of [claiming, Uint8Array.from(gzipSync(claiming))]) {
    const before = process.memoryUsage().arrayBuffers
    await expect(readIdx(bytes)).rejects.toMatchObject({ code: 'HILLOCK_DATA_DAMAGED' })
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(2 ** 24)
  }
})

test('whatever is packed is unpacked as zlib does it', async () => {
  // values of few kinds, with long repeats: all that deflate knows comes up
  const run = fc
    .tuple(fc.nat(255), fc.nat(4), fc.nat(300))
    .map(([value, kinds, length]) =>
      Uint8Array.from({ length }, (_, i) => value + ((Math.imul(i, 2654435761) >>> 16) % (kinds + 1))),
    )
  const property = fc.asyncProperty(fc.array(run, { minLength: 1, maxLength: 40 }), packing, async (runs, options) => {
    const plain = concat(idx([1]).with(7, 0), ...runs)
    new DataView(plain.buffer).setUint32(4, plain.length - 8)
    const { values } = await readIdx(member(plain, {}, options))
    expect(Buffer.compare(Buffer.from(values as Uint8Array), plain.subarray(8))).toBe(0)
  })
  await fc.assert(property, { numRuns: numRuns / 4 })
}, 3_600_000)

test('a large file takes its memory once, and packed data that tell nothing are passed over in a moment', async () => {
  const large = idx([3000, 1000])
  const packed = member(large)
  expect((await allocated(() => readIdx(packed))) / large.length).toBeLessThan(1.2)
  // parts that hold nothing, each with a code of its own, of symbols of 1 to 15 bits
  const zeros = (count: number): [number, number][] => [
    [0b1111, 4],
    [count - 11, 7],
  ]
  const lengths = [...Array.from({ length: 15 }, (_, i) => i + 1), 15]
  const code = [[0, 3], [0, 3], [4, 3], [0, 3], ...new Array<[number, number]>(15).fill([4, 3])] as [number, number][]
  const ofLength = (length: number): [number, number] => [reversed(length - 1), 4]
  const part: [number, number][] = [
    [0, 1],
    [2, 2],
    [0, 5],
    [0, 5],
    [15, 4],
    ...code,
    ...zeros(138),
    ...zeros(103),
    ...lengths.map(ofLength),
    ofLength(1),
    [2 ** 15 - 1, 15],
  ]
  const nothing = bitsOf(new Array<typeof part>(10_000).fill(part).flat())
  const began = process.cpuUsage()
  await expect(readIdx(concat(packed.subarray(0, 10), nothing))).rejects.toThrow(/valid gzip: it is cut short/)
  const { user, system } = process.cpuUsage(began)
  expect(slowness(user + system)).toBeLessThan(200)
})

const reversed = (bits: number): number => [8, 4, 2, 1].reduce((sum, bit, i) => sum + (bits & bit ? 2 ** i : 0), 0)
