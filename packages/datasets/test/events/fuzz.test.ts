import type { HillockError } from '@hillock/core'
import { slowness } from '@hillock/testing'
import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { allocated } from '../allocated.ts'
import { formats } from './made.ts'

/** HILLOCK_FUZZ asks for more inputs, and tells how it went. */
const numRuns = Number(process.env.HILLOCK_FUZZ ?? 2000)

/** Bytes changed, taken out, repeated and cut off. */
const mutated = (file: Uint8Array) => {
  const place = fc.nat(file.length - 1)
  const changes = fc.array(fc.tuple(place, fc.oneof(fc.nat(255), fc.constantFrom(0, 255, 127, 128))), { maxLength: 6 })
  const cut = fc.oneof({ weight: 3, arbitrary: fc.constant(file.length) }, { weight: 1, arbitrary: place })
  const again = fc.tuple(place, fc.nat(40), fc.nat(3))
  return fc.tuple(changes, cut, again).map(([changed, length, [from, size, times]]) => {
    const bytes = Uint8Array.from(file)
    for (const [at, value] of changed) bytes[at] = value
    const piece = Array.from(bytes.subarray(from, from + size))
    const repeated =
      times === 1
        ? [...bytes.subarray(0, from), ...piece, ...bytes.subarray(from)]
        : times === 2
          ? [...bytes.subarray(0, from), ...bytes.subarray(from + size)]
          : bytes
    return Uint8Array.from(repeated).subarray(0, length)
  })
}

test.each(formats)(
  'whatever its bytes are, a file of $format is read or refused by name, in a moment and in little memory',
  async ({ read, file }) => {
    let [accepted, refused, slowest, heaviest] = [0, 0, 0, 0]
    const property = fc.asyncProperty(
      fc.oneof({ weight: 9, arbitrary: mutated(file) }, { weight: 1, arbitrary: fc.uint8Array() }),
      async (bytes) => {
        const began = process.cpuUsage()
        const taken = await allocated(async () => {
          try {
            const { x, y, t, polarity, width, height } = read(bytes, { name: 'fuzzed' })
            expect([x.length, y.length, polarity.length]).toEqual([t.length, t.length, t.length])
            expect(x.every((column: number) => column < width) && y.every((row: number) => row < height)).toBe(true)
            accepted++
          } catch (error) {
            const { code, message } = error as HillockError
            if (!['HILLOCK_DATA_DAMAGED', 'HILLOCK_UNSUPPORTED'].includes(code) || !message.startsWith('fuzzed '))
              throw error
            refused++
          }
        })
        const { user, system } = process.cpuUsage(began)
        slowest = Math.max(slowest, slowness(user + system))
        heaviest = Math.max(heaviest, taken)
      },
    )
    await fc.assert(property, { numRuns })
    expect(accepted).toBeGreaterThan(numRuns / 100)
    expect(refused).toBeGreaterThan(numRuns / 100)
    // ordinary inputs take a thousandth of it; memory that is cleared up now and then takes time too
    expect(slowest).toBeLessThan(300)
    expect(heaviest).toBeLessThan(2 ** 20)
    if (process.env.HILLOCK_FUZZ) console.log({ numRuns, slowest, heaviest, accepted, refused })
  },
  3_600_000,
)
