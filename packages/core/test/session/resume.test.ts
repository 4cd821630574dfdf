import { describe, expect, test } from '@jest/globals'
import { readCheckpoint, writeCheckpoint } from '../../src/checkpoint.ts'
import { dense } from '../../src/connections/dense.ts'
import { poisson } from '../../src/encoders/poisson.ts'
import { crossEntropy } from '../../src/losses/cross-entropy.ts'
import { meanSquaredError } from '../../src/losses/mean-squared-error.ts'
import { sequential } from '../../src/network/sequential.ts'
import { lif } from '../../src/neurons/lif.ts'
import { generator, stream } from '../../src/random/index.ts'
import type { Dataset, Examples } from '../../src/session/examples.ts'
import { digest } from '../../src/session/run.ts'
import { createSession, type Session, type SessionOptions } from '../../src/session/session.ts'
import type { TrainOptions } from '../../src/session/train.ts'
import { fastSigmoid } from '../../src/surrogates.ts'
import { bits, data, descent, stripes, toy, trained } from '../toy.ts'

const started = (): SessionOptions => ({ ...toy(), encoder: poisson({ probability: 0.5 }) })

/** Stopped after so many batches, read back from bytes. */
async function stoppedAfter(batch: number) {
  const session = createSession(started())
  const controller = new AbortController()
  const onBatch = (progress: { batch: number }) => void (progress.batch === batch && controller.abort())
  await trained(session, { signal: controller.signal, onBatch })
  const { counters } = session
  return { ...readCheckpoint(writeCheckpoint({ seed: 1, counters, snapshot: await session.snapshot() })), session }
}

const changed = (change: Partial<Examples>): Dataset => ({ ...data, train: { ...data.train, ...change } })
const network = (...[size, neuron]: [number, ReturnType<typeof lif>]) =>
  sequential(12, [dense(24, { weight: { uniform: 0.5 } }), neuron, dense(size), lif()])

/** The same images in another order. */
function swapped({ images, features }: Examples, one: number, other: number): Float32Array {
  const mixed = images.slice()
  mixed.copyWithin(one * features, other * features, (other + 1) * features)
  mixed.set(images.subarray(one * features, (one + 1) * features), other * features)
  return mixed
}

const negated = data.train.images.map((value) => 1 - value)
const otherRuns: [string, Partial<SessionOptions>, Dataset, TrainOptions, string][] = [
  [
    'a smaller batch',
    {},
    data,
    { batchSize: 16 },
    "'batchSize' was 20 when training stopped within an epoch, here it is 16",
  ],
  ['another end of the epoch', {}, data, { dropLast: true }, "'dropLast' was false"],
  ['more examples', {}, { ...data, train: stripes(60, 1) }, {}, 'the number of training examples was 48'],
  ['other images', {}, changed({ images: stripes(48, 9).images }), {}, 'the digest of the training examples was'],
  ['negated images', {}, changed({ images: negated }), {}, 'digest'],
  ['two images swapped', {}, changed({ images: swapped(data.train, 3, 40) }), {}, 'digest'],
  ['other labels', {}, changed({ labels: Array.from(data.train.labels).reverse() }), {}, 'digest'],
  ['another seed', { seed: 2 }, data, {}, "'seed' was 1"],
  ['more steps', { steps: 9 }, data, {}, "'steps' was 8"],
  [
    'another rate of the encoder',
    { encoder: poisson({ probability: 0.4 }) },
    data,
    {},
    "'encoder' was 'poisson(probability 0.5)",
  ],
  ['another loss', { loss: meanSquaredError() }, data, {}, "'loss' was 'crossEntropy(on 'spike', reduce 'sum')'"],
  [
    'another reading of it',
    { loss: crossEntropy({ reduce: 'mean' }) },
    data,
    {},
    "here it is 'crossEntropy(on 'spike', reduce 'mean')'",
  ],
  ['another learner', { learner: { ...descent(), name: 'other' } }, data, {}, "'learner' was 'descent'"],
  [
    'another decay',
    { network: network(3, lif({ beta: 0.8 })) },
    data,
    {},
    "'layer1' was 'dense 24, lif(beta 0.9, threshold 1)",
  ],
  ['another surrogate', { network: network(3, lif({ surrogate: fastSigmoid({ slope: 6 }) })) }, data, {}, "'layer1'"],
  ['another reset', { network: network(3, lif({ reset: 'zero' })) }, data, {}, "'layer1'"],
]

describe('training stopped within an epoch', () => {
  test.each(otherRuns)('does not go on with %s', async (_, options, given, training, text) => {
    const { counters, snapshot } = await stoppedAfter(2)
    const session = createSession({ ...started(), counters, snapshot, ...options })
    await expect(trained(session, training, given)).rejects.toMatchObject({
      code: 'HILLOCK_OPTION',
      message: expect.stringContaining(text),
    })
    expect(session.counters).toEqual(counters)
    expect(bits(await session.snapshot())).toEqual(bits(snapshot))
  })

  test.each(otherRuns)('begins the epoch again with %s, where that is said', async (_, options, given, training) => {
    const { counters, snapshot } = await stoppedAfter(2)
    const again = { ...counters, position: 0 }
    const session = createSession({ ...started(), counters: again, snapshot, ...options })
    expect(await trained(session, training, given)).toMatchObject([{ epoch: 1 }])
    expect(session.counters).toMatchObject({ epochs: 1, position: 0 })
  })

  test('goes on with the same data from elsewhere, and a learner with other options', async () => {
    const { session: first, ...saved } = await stoppedAfter(2)
    const copy = { ...data.train, images: data.train.images.slice(), labels: Array.from(data.train.labels) }
    const slower = createSession({ ...started(), ...saved, learner: descent(0.001) })
    expect(await trained(slower, { epochs: 2 }, { train: copy })).toMatchObject([{ epoch: 1 }, { epoch: 2 }])
    await trained(first)
    expect(first.counters).toEqual({ epochs: 1, batches: 3, position: 0 })
  })

  test('does not go on otherwise in the same session either', async () => {
    const { session } = await stoppedAfter(1)
    await expect(trained(session, { batchSize: 24 })).rejects.toMatchObject({ code: 'HILLOCK_OPTION' })
    await trained(session)
    expect(await trained(session, { batchSize: 24 })).toHaveLength(1)
  })

  test('goes on from counters of hillock 0.1, which say nothing of the run', async () => {
    const { snapshot, counters } = await stoppedAfter(2)
    const { run: _, ...bare } = counters
    const bytes = writeCheckpoint({ seed: 1, counters: bare, snapshot })
    const session = createSession({ ...started(), ...readCheckpoint(bytes) })
    expect(session.counters).toEqual(bare)
    expect(await trained(session)).toHaveLength(1)
  })
})

test('between epochs data, batches and all else may change', async () => {
  for (const [, options, given, training] of otherRuns) {
    const first: Session = createSession(started())
    await trained(first)
    const { counters } = first
    expect(counters).toEqual({ epochs: 1, batches: 3, position: 0 })
    const second = createSession({ ...started(), counters, snapshot: await first.snapshot(), ...options })
    expect(await trained(second, training, given)).toMatchObject([{ epoch: 2 }])
  }
})

test('a digest tells apart whatever is not the same', () => {
  const labels = Uint8Array.of(0, 1, 2, 3, 4, 5)
  const random = generator(1, stream.augment)
  const images = Float32Array.from({ length: 6 * 5 }, () => random.uniform())
  const all = new Set([digest({ images, labels })])
  let count = 1
  const tell = (other: Float32Array, given: ArrayLike<number> = labels) => {
    all.add(digest({ images: other, labels: given }))
    count++
  }
  for (let i = 0; i < images.length; i++) {
    tell(images.with(i, -images[i]!))
    tell(images.with(i, 0))
    for (let j = 0; j < i; j++) tell(images.with(i, images[j]!).with(j, images[i]!))
  }
  tell(images.map((value) => -value))
  tell(images.slice().reverse())
  tell(images.subarray(1))
  for (let i = 0; i < labels.length; i++) {
    tell(images, labels.with(i, 9))
    for (let j = 0; j < i; j++) tell(images, labels.with(i, labels[j]!).with(j, labels[i]!))
  }
  expect(all.size).toBe(count)
  expect(digest({ images: images.slice(), labels: Array.from(labels) })).toBe(digest({ images, labels }))
  expect([...all].every((one) => /^[\da-f]{40}$/.test(one))).toBe(true)
})
