import { expect, test } from '@jest/globals'
import type { Events } from '../../src/backend.ts'
import { readCheckpoint, writeCheckpoint } from '../../src/checkpoint.ts'
import { dense } from '../../src/connections/dense.ts'
import { poisson } from '../../src/encoders/poisson.ts'
import { rows } from '../../src/encoders/rows.ts'
import { spikes } from '../../src/encoders/spikes.ts'
import { sequential } from '../../src/network/sequential.ts'
import { leakyIntegrator } from '../../src/neurons/leaky-integrator.ts'
import { lif } from '../../src/neurons/lif.ts'
import type { ExampleSource, Examples } from '../../src/session/examples.ts'
import { createSession, type SessionOptions } from '../../src/session/session.ts'
import { fastSigmoid } from '../../src/surrogates.ts'
import { bits, data, toy, trained } from '../toy.ts'

const [steps, inputs] = [3, 4]
const wide = { surrogate: fastSigmoid({ slope: 5 }) }
const recorded = (encoder = spikes()): SessionOptions => ({
  ...toy(),
  network: sequential(inputs, [dense(16, { weight: { uniform: 0.5 } }), lif(wide), dense(3), leakyIntegrator()]),
  encoder,
  steps,
})

/** Stripes as spikes: 3 steps of 4 inputs. */
const fired = (examples: Examples): Examples => ({
  ...examples,
  images: examples.images.map((value) => +(value > 0.5)),
})
const inMemory = { train: fired(data.train), test: fired(data.test) }

/** The same, read as lists; what was asked for is told. */
function sourceOf({ images, ...examples }: Examples, asked: string[] = []): ExampleSource {
  const lists = (given: ArrayLike<number>): Events => {
    const [start, index] = [[0], [] as number[]]
    for (let t = 0; t < steps; t++)
      for (const row of Array.from(given)) {
        for (let n = 0; n < inputs; n++) if (images[row * steps * inputs + t * inputs + n] === 1) index.push(n)
        start.push(index.length)
      }
    return { start: Int32Array.from(start), index: Int32Array.from(index) }
  }
  return {
    ...examples,
    id: 'stripes',
    async read(given, epoch) {
      asked.push(`${epoch}: ${given.length}`)
      await new Promise((resolve) => setImmediate(resolve))
      return lists(given)
    },
  }
}

const sources = () => ({ train: sourceOf(inMemory.train), test: sourceOf(inMemory.test) })

test('a session trains on a source as on the same examples in memory, in the same order', async () => {
  const [session, other] = [createSession(recorded()), createSession(recorded())]
  const [reports, others] = [
    await trained(session, { epochs: 3 }, sources()),
    await trained(other, { epochs: 3 }, inMemory),
  ]
  const timeless = (all: typeof reports) => all.map(({ seconds, ...report }) => report)
  expect(timeless(reports)).toEqual(timeless(others))
  expect(bits(await session.snapshot())).toEqual(bits(await other.snapshot()))
  expect(reports[0]!.synapticOperations).toBeLessThan(steps * inputs * 16)
  const source = sourceOf(inMemory.test)
  expect(await session.evaluate(source, { batchSize: 7 })).toEqual(
    await other.evaluate(inMemory.test, { batchSize: 7 }),
  )
  expect((await session.predict(source)).predictions).toEqual((await other.predict(inMemory.test.images)).predictions)
  await session.observe(source, async ([first], backend) => {
    expect(first!.batch.input.kind).toBe('spikes')
    expect((await backend.read(first!.batch.input)).length).toBe(steps * 30 * inputs)
  })
})

test('the next batch is read while one is computed, and no more than that', async () => {
  const asked: string[] = []
  const seen: string[] = []
  const session = createSession(recorded())
  const given = { train: sourceOf(inMemory.train, asked) }
  for await (const _ of session.train(given, {
    batchSize: 20,
    epochs: 2,
    onBatch: () => void seen.push(asked.join()),
  }));
  expect(seen).toEqual([
    '0: 20,0: 20',
    '0: 20,0: 20,0: 8',
    '0: 20,0: 20,0: 8',
    ...['1: 20,1: 20', '1: 20,1: 20,1: 8', '1: 20,1: 20,1: 8'].map((more) => `0: 20,0: 20,0: 8,${more}`),
  ])
  asked.length = 0
  await session.evaluate(given.train, { batchSize: 40 })
  expect(asked).toEqual(['undefined: 40', 'undefined: 8'])
})

test('training on a source that was stopped within an epoch goes on to the same bits, and with the same source alone', async () => {
  const whole = createSession(recorded())
  await trained(whole, { epochs: 2 }, sources())
  const stopped = createSession(recorded())
  const abort = new AbortController()
  await trained(
    stopped,
    { signal: abort.signal, onBatch: ({ batch }) => void (batch === 2 && abort.abort()) },
    sources(),
  )
  const bytes = writeCheckpoint({ seed: 1, counters: stopped.counters, snapshot: await stopped.snapshot() })

  const again = createSession({ ...recorded(), ...readCheckpoint(bytes) })
  await trained(again, { epochs: 2 }, sources())
  expect(bits(await again.snapshot())).toEqual(bits(await whole.snapshot()))
  const another = createSession({ ...recorded(), ...readCheckpoint(bytes) })
  const { train } = sources()
  await expect(trained(another, {}, { train: { ...train, id: 'others' } })).rejects.toThrow(
    /the digest of the training examples was/,
  )
})

test('a source may give values for any encoder, and they are augmented as images are', async () => {
  const values: ExampleSource = {
    ...data.train,
    id: 'values',
    read: (given) =>
      Float32Array.from(Array.from(given).flatMap((row) => [...data.train.images.subarray(row * 12, (row + 1) * 12)])),
  }
  const options = { ...toy(), encoder: poisson({ probability: 0.5 }) }
  const augment = (images: Float32Array) => images.map((value) => 1 - value)
  const [session, other] = [createSession(options), createSession(options)]
  await trained(session, { augment }, { train: values })
  await trained(other, { augment }, { train: data.train })
  expect(bits(await session.snapshot())).toEqual(bits(await other.snapshot()))
})

test('sources that do not fit, or give what is not asked for, are refused', async () => {
  const refused = (code: string) => expect.objectContaining({ code })
  const { train } = sources()
  const fails = (given: object, options = recorded()) =>
    trained(createSession(options), {}, { train: { ...train, ...given } })
  await expect(fails({ read: 3 })).rejects.toThrow(refused('HILLOCK_OPTION'))
  await expect(fails({ id: undefined })).rejects.toThrow(refused('HILLOCK_OPTION'))
  await expect(fails({ features: 11 })).rejects.toThrow(refused('HILLOCK_SHAPE'))
  await expect(fails({ labels: [1] })).rejects.toThrow(refused('HILLOCK_SHAPE'))
  await expect(fails({ classes: 4, labels: new Uint8Array(48).fill(3) })).rejects.toThrow(refused('HILLOCK_LABEL'))
  await expect(fails({ read: () => new Float32Array(5) })).rejects.toThrow(/read gave/)
  await expect(fails({ read: () => new Float32Array(240).fill(0.5) })).rejects.toThrow(refused('HILLOCK_RANGE'))
  await expect(fails({ read: async () => Promise.reject(new Error('no disk')) })).rejects.toThrow('no disk')
  await expect(fails({}, { ...toy(), steps: 3 })).rejects.toThrow(/the encoder is constant/)
  await expect(trained(createSession(recorded()), { augment: (images) => images }, { train })).rejects.toThrow(
    /augment changes values/,
  )
  for (const [start, index] of [
    [[0, 1], [2]],
    [[1], []],
    [new Array(61).fill(0).with(60, 2), [1, 1]],
    [new Array(61).fill(0).with(60, 1), [4]],
    [new Array(61).fill(0).with(3, 1), []],
  ])
    await expect(
      fails({ read: () => ({ start: Int32Array.from(start!), index: Int32Array.from(index!) }) }),
    ).rejects.toThrow(/HILLOCK|shape|list/)
})

test('spikes() takes zeros and ones in memory too, and rows() takes lists', async () => {
  const session = createSession(recorded(rows()))
  await trained(session, {}, { train: sourceOf(inMemory.train) })
  expect((await session.evaluate(sourceOf(inMemory.test))).density[0]).toBeGreaterThan(0.1)
  await expect(trained(createSession(recorded()))).rejects.toThrow(/spikes are 0 or 1/)
})
