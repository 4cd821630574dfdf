import { slowness } from '@hillock/testing'
import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { readCheckpoint, writeCheckpoint } from '../../src/checkpoint.ts'
import { readSafetensors } from '../../src/safetensors/index.ts'
import { allocated } from './allocated.ts'

/** HILLOCK_FUZZ asks for more inputs, and tells how it went. */
const numRuns = Number(process.env.HILLOCK_FUZZ ?? 2000)
let [slowest, most, accepted] = [0, 0, 0]

/** Mostly nothing. */
const seldom = <T>(arbitrary: fc.Arbitrary<T>) =>
  fc.oneof({ weight: 6, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary })

const types = 'F32 F64 F16 BF16 F8_E5M2 F8_E4M3 BOOL U8 I8 U16 I16 U32 I32 U64 I64'.split(' ')
const count = fc.oneof(fc.nat(16), fc.constantFrom(-1, 0.5, -0, 2 ** 31, 2 ** 53, 1e300, null, '4', [], {}, 4, 8, 16))
const entry = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record(
      {
        dtype: fc.constantFrom(...types, 'C64', 'F4', 'toString', '__proto__', 3, null),
        shape: fc.oneof(fc.array(count, { maxLength: 4 }), count),
        data_offsets: fc.oneof(fc.tuple(count, count), fc.array(count, { maxLength: 3 })),
      },
      { requiredKeys: [] },
    ),
  },
  { weight: 1, arbitrary: fc.jsonValue() },
)
const name = fc.oneof(fc.string({ maxLength: 6 }), fc.constantFrom('__proto__', '__metadata__', 'constructor', 'w'))
const nested = fc.tuple(fc.nat(5000), fc.constantFrom('[', '{"a":')).map(([depth, open]) => open.repeat(depth))
const header = fc.oneof(
  {
    weight: 5,
    arbitrary: fc
      .array(fc.tuple(name, entry), { maxLength: 4 })
      .map((entries) => `{${entries.map(([key, value]) => `${JSON.stringify(key)}:${JSON.stringify(value)}`).join()}}`),
  },
  { weight: 1, arbitrary: nested },
  { weight: 1, arbitrary: fc.string() },
)

/** A header with a length that may lie, and some bytes after it. */
const made = fc
  .tuple(header, fc.nat(40), seldom(fc.bigInt({ min: 0n, max: 2n ** 64n - 1n })))
  .map(([text, data, lie]) => file(text, new Uint8Array(data), lie))

function file(header: string, data: Uint8Array, length?: bigint): Uint8Array {
  const encoded = new TextEncoder().encode(header)
  const bytes = new Uint8Array(8 + encoded.length + data.length)
  new DataView(bytes.buffer).setBigUint64(0, length ?? BigInt(encoded.length), true)
  bytes.set(encoded, 8)
  bytes.set(data, 8 + encoded.length)
  return bytes
}

/** A file as another tool writes it: tensors of all types, any values, in any order; sound, unless a key is there twice. */
const others = fc
  .array(
    fc.record({ name, dtype: fc.constantFrom(...types, 'C64'), values: fc.array(fc.nat(255), { maxLength: 24 }) }),
    {
      maxLength: 5,
    },
  )
  .map((tensors) => {
    const data: number[] = []
    const entries = tensors.map(({ name, dtype, values }) => {
      const width = Number(/(64|32|16|)$/.exec(dtype.replace(/^F8.*/, ''))![0] || 8) / 8
      const begin = data.length
      data.push(...values.slice(0, values.length - (values.length % width)))
      return `${JSON.stringify(name)}:${JSON.stringify({ dtype, shape: [(data.length - begin) / width], data_offsets: [begin, data.length] })}`
    })
    return file(`{${entries.join()}}`, Uint8Array.from(data))
  })

const sound = writeCheckpoint({
  seed: 3,
  counters: { epochs: 1, batches: 3, position: 1 },
  snapshot: new Map([
    ['layer1.weight', { shape: [2, 3], values: Float32Array.of(1, 2, 3, 4, 5, 6) }],
    ['layer1.bias', { shape: [3], values: Float64Array.of(1, 2, 3) }],
  ]),
})
const place = fc.nat(sound.length - 1)
/** A sound file with bytes changed, and cut, or more at its end. */
const changed = fc
  .tuple(fc.array(fc.tuple(place, fc.nat(255)), { maxLength: 4 }), seldom(place), fc.nat(8))
  .map(([changes, cut, more]) => {
    const bytes = new Uint8Array((cut ?? sound.length) + more)
    bytes.set(sound.subarray(0, cut ?? sound.length))
    for (const [at, value] of changes) bytes[at % bytes.length] = value
    return bytes
  })

const refused = /^HILLOCK_(DATA_DAMAGED|UNSUPPORTED)$/

test('whatever its bytes are, a file is read or refused, in a moment and in the memory of its values', async () => {
  const inputs = fc.oneof(
    { weight: 3, arbitrary: made },
    { weight: 2, arbitrary: others },
    { weight: 3, arbitrary: changed },
    { weight: 1, arbitrary: fc.uint8Array() },
  )
  const property = fc.asyncProperty(inputs, async (bytes) => {
    const began = process.cpuUsage()
    for (const read of [readSafetensors, readCheckpoint]) {
      const arrays = await allocated(() => {
        try {
          read(bytes)
          accepted++
        } catch (error) {
          expect(error).toMatchObject({ code: expect.stringMatching(refused), hint: expect.any(String) })
          expect((error as Error).message.length).toBeLessThan(400)
        }
      })
      most = Math.max(most, arrays / Math.max(1, bytes.length))
    }
    expect({}).not.toHaveProperty('dtype')
    const { user, system } = process.cpuUsage(began)
    slowest = Math.max(slowest, slowness(user + system))
  })
  await fc.assert(property, { numRuns })
  // about two seconds on a machine that does nothing else; an ordinary input takes less than a two-thousandth of it
  expect(slowest).toBeLessThan(200)
  // a byte may become an F32
  expect(most).toBeLessThan(4)
  expect(accepted).toBeGreaterThan(numRuns / 50)
  if (process.env.HILLOCK_FUZZ) console.log({ numRuns, slowest, most, accepted })
}, 3_600_000)

test('the longest header that is read takes 64 MiB at most, whatever is in it', () => {
  let heaviest = 0
  const parts = ['[', '{"a":', '[],', '{},', '0,', '"a",', '"":0,', '[[]],', '{"a":[0,0]},']
  for (const part of parts) {
    for (const [open, close] of ['{"w":[', '{"w":{', '{'].flatMap((open) =>
      ['', ']}', '}}'].map((end) => [open, end]),
    )) {
      const times = Math.floor((2 ** 20 - open!.length - close!.length) / part.length)
      const bytes = file(`${open}${part.repeat(times)}${close}`, new Uint8Array())
      const before = process.memoryUsage().heapUsed
      expect(() => readSafetensors(bytes)).toThrow(expect.objectContaining({ code: 'HILLOCK_DATA_DAMAGED' }))
      heaviest = Math.max(heaviest, process.memoryUsage().heapUsed - before)
    }
  }
  expect(heaviest).toBeLessThan(2 ** 26)
})
