import { describe, expect, test } from '@jest/globals'
import { readCheckpoint, writeCheckpoint } from '../src/checkpoint.ts'
import { poisson } from '../src/encoders/poisson.ts'
import { adam } from '../src/optimizers/adam.ts'
import { cosine } from '../src/optimizers/lr-schedule.ts'
import { writeSafetensors } from '../src/safetensors/index.ts'
import type { BatchProgress } from '../src/session/reports.ts'
import { createSession, type Session, type SessionOptions } from '../src/session/session.ts'
import { bits, data, descent, toy, trained } from './toy.ts'

/** Everything that could go astray: random input, moments, a bias correction by the step, a rate that follows the whole run. */
const options = (): SessionOptions => ({
  ...toy(),
  encoder: poisson({ probability: 0.5 }),
  learner: descent(adam({ learningRate: 0.01, lrSchedule: cosine() })),
})

const saved = async (session: Session) =>
  writeCheckpoint({ seed: 1, counters: session.counters, snapshot: await session.snapshot() }, { note: 'mine' })

const resumed = (bytes: Uint8Array) => createSession({ ...options(), ...readCheckpoint(bytes) })

describe('a checkpoint', () => {
  test.each([
    ['after a whole epoch', 1, 3],
    ['within the first epoch', 1, 1],
    ['within a later one', 2, 2],
  ])('%s: resumed training is the uninterrupted one, bit for bit', async (_, epoch, batch) => {
    const wanted = createSession(options())
    await trained(wanted, { epochs: 3 })
    const first = createSession(options())
    const controller = new AbortController()
    const onBatch = (progress: BatchProgress) => {
      if (progress.epoch === epoch && progress.batch === batch) controller.abort()
    }
    await trained(first, { epochs: 3, signal: controller.signal, onBatch })
    const second = resumed(await saved(first))
    expect(second.counters).toEqual(first.counters)
    const epochs = 3 - second.counters.epochs
    expect((await trained(second, { epochs })).map((report) => report.epoch).at(-1)).toBe(3)
    expect(bits(await second.snapshot())).toEqual(bits(await wanted.snapshot()))
    expect(second.counters).toEqual({ epochs: 3, batches: 9, position: 0 })
  })

  test('may be taken between any two batches', async () => {
    const wanted = createSession(options())
    const files: Uint8Array[] = []
    await trained(wanted, { epochs: 2, onBatch: async () => void files.push(await saved(wanted)) })
    expect(files).toHaveLength(6)
    for (const bytes of files.slice(0, -1)) {
      const session = resumed(bytes)
      await trained(session, { epochs: 2 - session.counters.epochs })
      expect(bits(await session.snapshot())).toEqual(bits(await wanted.snapshot()))
    }
  })

  test('keeps what else is to be known, and its own names to itself', async () => {
    const session = createSession(options())
    expect(readCheckpoint(await saved(session)).metadata).toMatchObject({ note: 'mine', format: 'hillock 1' })
    const write = async () =>
      writeCheckpoint({ seed: 1, counters: session.counters, snapshot: await session.snapshot() }, { epochs: '3' })
    await expect(write()).rejects.toMatchObject({ code: 'HILLOCK_OPTION' })
  })

  const sound = { format: 'hillock 1', seed: '1', epochs: '1', batches: '3', position: '0' }
  test.each([{ format: 'pt' }, { format: undefined }, { format: 'hillock 2' }, { batches: undefined }])(
    'is told from a file of another kind, which is not called damaged: %j',
    (change) => {
      const metadata = Object.entries({ ...sound, ...change }).filter(([, value]) => value !== undefined)
      const bytes = writeSafetensors(new Map(), Object.fromEntries(metadata) as Record<string, string>)
      expect(() => readCheckpoint(bytes)).toThrow(expect.objectContaining({ code: 'HILLOCK_UNSUPPORTED' }))
    },
  )

  test.each([
    ['no seed', { seed: undefined }, /'seed' is not a number/],
    ['a seed beyond 32 bits', { seed: '4294967296' }, /seed is 4294967296/],
    ['half a batch', { batches: '2.5' }, /'batches' is not a number/],
    ['a negative epoch', { epochs: '-1' }, /'epochs' is not a number/],
    ['fewer batches than epochs', { batches: '0' }, /counters cannot be/],
    ['a run that is not JSON', { 'hillock.run': '{' }, /counters cannot be/],
    ['a run of other things than numbers and texts', { 'hillock.run': '{"steps":[8]}' }, /counters cannot be/],
    ['a count beyond what is exact', { batches: '9999999999999999' }, /counters cannot be/],
  ])('with %s is refused', (_, change, message) => {
    const metadata = Object.entries({ ...sound, ...change }).filter(([, value]) => value !== undefined)
    const bytes = writeSafetensors(new Map(), Object.fromEntries(metadata) as Record<string, string>)
    expect(() => readCheckpoint(bytes)).toThrow(
      expect.objectContaining({ code: 'HILLOCK_DATA_DAMAGED', message: expect.stringMatching(message) }),
    )
  })
})

test('counters that cannot be, or data too few for them, are refused', async () => {
  const start = (epochs: number, batches: number, position: number) => () =>
    createSession({ ...options(), counters: { epochs, batches, position } })
  expect(start(1, 1, 1)).toThrow(expect.objectContaining({ code: 'HILLOCK_OPTION' }))
  expect(start(0.5, 1, 0)).toThrow(expect.objectContaining({ code: 'HILLOCK_OPTION' }))
  const session = start(0, 2, 2)()
  await expect(trained(session, { batchSize: 24 }, data)).rejects.toMatchObject({
    code: 'HILLOCK_OPTION',
    message: expect.stringContaining('batch 2 of an epoch, these data make 2'),
  })
})

test.each<[string, object | null, string]>([
  ['nothing', null, 'writeCheckpoint: the options are null'],
  ['no seed', { seed: undefined }, "writeCheckpoint: 'seed' is missing"],
  ['a seed that is none', { seed: 0.5 }, "writeCheckpoint: 'seed' is 0.5"],
  ['counters that cannot be', { counters: { epochs: Number.NaN, batches: 0, position: 0 } }, 'NaN epochs'],
  ['no counters', { counters: undefined }, "writeCheckpoint: 'counters' is missing"],
  ['a snapshot that was not awaited', { snapshot: Promise.resolve(new Map()) }, "'snapshot' is a Promise\nawait it"],
  ['a misspelt part', { counter: 1 }, "writeCheckpoint has no option 'counter'\ndid you mean 'counters'?"],
])('a checkpoint of %s is not written', async (_, change, text) => {
  const session = createSession(options())
  const whole = { seed: 1, counters: session.counters, snapshot: await session.snapshot() }
  const given = change && { ...whole, ...change }
  expect(() => writeCheckpoint(given as typeof whole)).toThrow(
    expect.objectContaining({ code: 'HILLOCK_OPTION', message: expect.stringContaining(text) }),
  )
})

test.each([new ArrayBuffer(8), 'checkpoint.safetensors', null, undefined, [1, 2], Promise.resolve()])(
  'what is not bytes is not read: %p',
  (bytes) => {
    expect(() => readCheckpoint(bytes as unknown as Uint8Array)).toThrow(
      expect.objectContaining({ code: 'HILLOCK_OPTION', message: expect.stringContaining('give its bytes') }),
    )
  },
)
