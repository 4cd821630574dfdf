import { constants, gunzipSync, gzipSync } from 'node:zlib'
import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { readIdx } from '../src/idx.ts'
import { allocated } from './allocated.ts'

/** HILLOCK_FUZZ asks for more inputs, and tells how it went. */
const numRuns = Number(process.env.HILLOCK_FUZZ ?? 2000)
let [slowest, most] = [0, 0]

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
    type: fc.constantFrom(8, 8, 8, 13, 0),
    dimensions: fc.array(dimension, { maxLength: 5 }),
    claimed: seldom(fc.nat(255)),
    more: fc.constantFrom(0, 0, 0, 0, 1, -1, 7),
  })
  .map(({ start, type, dimensions, claimed, more }) => {
    const size = Math.min(2000, Math.max(0, dimensions.reduce((product, n) => product * n, 1) + more))
    const bytes = new Uint8Array(4 + 4 * dimensions.length + size)
    bytes.set([...start, type, claimed ?? dimensions.length])
    const view = new DataView(bytes.buffer)
    for (const [i, n] of dimensions.entries()) view.setUint32(4 + 4 * i, n)
    return bytes
  })
const change = fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 3 })
const zipped = fc.tuple(made, seldom(change), fc.nat(12)).map(([plain, changes, cut]) => {
  const bytes = Uint8Array.from(gzipSync(plain))
  for (const [at, value] of changes ?? []) bytes[at % bytes.length] = value
  return bytes.slice(0, bytes.length - Math.max(0, cut - 10))
})

/** How many bytes there are to read: in what is compressed, until it breaks off. */
function unpacked(bytes: Uint8Array): number {
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return bytes.length
  try {
    return gunzipSync(bytes, { finishFlush: constants.Z_SYNC_FLUSH }).length
  } catch {
    return bytes.length
  }
}

test('whatever its bytes are, an idx file is read or refused, in a moment and in twice its memory', async () => {
  let accepted = 0
  const inputs = fc.oneof(
    { weight: 4, arbitrary: made },
    { weight: 4, arbitrary: zipped },
    { weight: 1, arbitrary: fc.uint8Array() },
  )
  const attempt = async (bytes: Uint8Array) => {
    const began = process.cpuUsage()
    const arrays = await allocated(async () => {
      try {
        const { shape, values } = await readIdx(bytes as Uint8Array<ArrayBuffer>)
        expect(values).toHaveLength(shape.reduce((product, n) => product * n, 1))
        accepted++
      } catch (error) {
        expect(error).toMatchObject({ code: 'HILLOCK_DATA_DAMAGED', hint: expect.any(String) })
      }
    })
    most = Math.max(most, arrays / Math.max(1, unpacked(bytes)))
    const { user, system } = process.cpuUsage(began)
    return user + system
  }
  const property = fc.asyncProperty(inputs, async (bytes) => {
    let time = await attempt(bytes)
    // what is slow by itself is slow again; memory that is cleared up now and then takes time too
    for (let again = 0; again < 2 && time > 5e5; again++) time = Math.min(time, await attempt(bytes))
    slowest = Math.max(slowest, time)
  })
  await fc.assert(property, { numRuns })
  expect(accepted).toBeGreaterThan(numRuns / 50)
  // of processor time; an ordinary input takes less than a thousandth of it
  expect(slowest).toBeLessThan(1e6)
  expect(most).toBeLessThanOrEqual(2)
  if (process.env.HILLOCK_FUZZ) console.log({ numRuns, slowest, most, accepted })
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
