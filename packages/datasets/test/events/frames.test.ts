import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  adam,
  createSession,
  crossEntropy,
  dense,
  type Learner,
  leakyIntegrator,
  lif,
  sequential,
  spikes,
} from '@hillock/core'
import type { Events } from '@hillock/core/backend'
import { forward, outputError, throughLayers, update } from '@hillock/core/learner'
import { type EventList, eventSource, frames, nMnist } from '@hillock/datasets'
import { afterAll, expect, test } from '@jest/globals'
import { type Event, nMnist as written } from './made.ts'

const folder = mkdtempSync(join(tmpdir(), 'hillock-events-'))
afterAll(() => rmSync(folder, { recursive: true }))

const list = (events: readonly Event[], width = 4, height = 3): EventList => ({
  x: Uint16Array.from(events, ([x]) => x),
  y: Uint16Array.from(events, ([, y]) => y),
  polarity: Uint8Array.from(events, ([, , p]) => p),
  t: Float64Array.from(events, ([, , , t]) => t),
  width,
  height,
  unit: 'ms',
  skipped: {},
  header: [],
})
/** Cells [t, b, n] that spike. */
const cells = ({ start, index }: Events, batch: number) =>
  Array.from({ length: start.length - 1 }, (_, row) =>
    Array.from(index.subarray(start[row], start[row + 1]), (n) => [Math.floor(row / batch), row % batch, n]),
  ).flat()
const sensor = { width: 4, height: 3 }
const first = list([
  [0, 0, 1, 0],
  [3, 2, 0, 1.5],
  [3, 2, 0, 1.9],
  [1, 1, 1, 9.99],
  [1, 1, 1, 10],
])
const second = list([
  [2, 0, 0, 4],
  [2, 0, 1, 4],
])

test('events become spikes at their steps, once each, and later ones are left out', () => {
  const made = frames({ steps: 5, dt: 2e-3 }).encode([first, second], sensor, [0, 1])
  expect(cells(made as Events, 2)).toEqual([
    [0, 0, 1],
    [0, 0, 22],
    [2, 1, 4],
    [2, 1, 5],
    [4, 0, 11],
  ])
  expect(frames({ steps: 5 }).shape(sensor)).toEqual([3, 4, 2])
})

test('without dt a recording fills all steps, from its first event to its last', () => {
  const late = list([
    [0, 0, 1, 100],
    [1, 0, 1, 149],
    [2, 0, 1, 150],
    [3, 0, 1, 200],
  ])
  const made = frames({ steps: 2, polarity: false }).encode([late, list([])], sensor, [0, 1])
  expect(cells(made as Events, 2)).toEqual([
    [0, 0, 0],
    [0, 0, 1],
    [1, 0, 2],
    [1, 0, 3],
  ])
  expect(cells(frames({ steps: 3, polarity: false }).encode([list([[2, 1, 0, 7]])], sensor, [0]) as Events, 1)).toEqual(
    [[0, 0, 6]],
  )
})

test('events are counted without clip, in one channel without polarity, and pooled', () => {
  const made = frames({ steps: 5, dt: 2e-3, clip: false, polarity: false, pool: 2 })
  expect(made.shape(sensor)).toEqual([2, 2, 1])
  const values = made.encode([first, second], sensor, [0, 1]) as Float32Array
  expect(Array.from(values.subarray(0, 4))).toEqual([1, 0, 0, 2])
  expect(Array.from(values.subarray(20 + 8, 20 + 12))).toEqual([0, 2, 0, 0])
  expect(values.reduce((sum, value) => sum + value)).toBe(6)
})

test('denoise leaves out what no event near came before', () => {
  const noisy = list([
    [0, 0, 1, 0],
    [1, 1, 1, 0.5],
    [3, 0, 1, 0.6],
    [1, 1, 1, 3],
  ])
  const made = frames({ steps: 1, dt: 1, polarity: false, denoise: 1e-3 }).encode([noisy], sensor, [0])
  expect(cells(made as Events, 1)).toEqual([[0, 0, 5]])
})

test('random changes follow from the seed, the epoch and the example; evaluated there are none', () => {
  const many = list(Array.from({ length: 400 }, (_, i): Event => [i % 4, (i >> 2) % 3, i % 2, i / 40]))
  const encode = (seed: number, row: number, epoch?: number) =>
    frames({ steps: 5, dt: 2e-3, crop: [2, 2], drop: 0.5, shift: 4e-3, seed }).encode(
      [many],
      sensor,
      [row],
      epoch,
    ) as Events
  expect(encode(0, 3, 1)).toEqual(encode(0, 3, 1))
  for (const other of [encode(1, 3, 1), encode(0, 4, 1), encode(0, 3, 2)]) expect(other).not.toEqual(encode(0, 3, 1))
  expect(encode(0, 3)).toEqual(encode(1, 4))
  // the middle, all steps, nothing dropped
  expect(encode(0, 3).index.length).toBe(20)
  const seen = Array.from({ length: 200 }, (_, epoch) => encode(0, 0, epoch))
  const mean = seen.reduce((sum, { start }) => sum + start[5]!, 0) / 200
  expect(mean).toBeLessThan(20)
  expect(new Set(seen.map(({ start }) => start[5]! - start[4]! > 0)).size).toBe(2)
  expect(() => frames({ steps: 5, crop: [5, 2] }).shape(sensor)).toThrow(/a crop of 5 x 2 of 4 x 3/)
})

const optimizer = adam({ learningRate: 0.02 })
/** Backpropagation through time. */
const learner: Learner = {
  name: 'mine',
  async step(runtime, batch) {
    const passes = forward(runtime, batch, { learn: true })
    const error = await outputError(runtime, passes.at(-1)!, batch.labels)
    await update(runtime, optimizer, await throughLayers(runtime, passes, error.signals), batch.progress)
    return error
  },
}

/** Recordings that move to the right or to the left. */
const moving = (i: number) =>
  written(Array.from({ length: 30 }, (_, k): Event => [i % 2 ? k : 33 - k, (5 * i + k) % 34, k % 2, 10_000 * k]))

test('a session trains on N-MNIST in folders of digits, and on that of SLAYER, read as needed', async () => {
  for (const part of ['Train', 'Test'])
    for (const digit of [0, 1]) {
      mkdirSync(join(folder, 'n-mnist', part, String(digit)), { recursive: true })
      for (let i = 0; i < 8; i++)
        writeFileSync(join(folder, 'n-mnist', part, String(digit), `0000${i}.bin`), moving(2 * i + digit))
    }
  const data = await nMnist({
    data: folder,
    frames: frames({ steps: 10, dt: 30e-3, pool: 2 }),
    validation: 4,
    limit: 16,
  })
  expect([data.shape, data.steps, data.classes, data.train.count, data.validation!.count, data.test.count]).toEqual([
    [17, 17, 2],
    10,
    10,
    12,
    4,
    16,
  ])
  expect((await data.test.recording(9)).x[0]).toBe(0)
  const session = createSession({
    network: sequential(578, [dense(30, { weight: { uniform: 0.8 } }), lif(), dense(10), leakyIntegrator()]),
    encoder: spikes(),
    steps: 10,
    loss: crossEntropy({ on: 'v' }),
    learner,
  })
  for await (const { epoch } of session.train(data, { epochs: 15, batchSize: 4 })) expect(epoch).toBeLessThan(16)
  expect((await session.evaluate(data.train)).accuracy).toBe(1)
  await session.dispose()
  const slayer = join(folder, 'slayer')
  mkdirSync(slayer)
  for (const i of [1, 2, 3]) writeFileSync(join(slayer, `${i}.bs2`), moving(i))
  writeFileSync(join(slayer, 'train1K.txt'), '#sample\t#class\n1\t1\n2\t0\n')
  writeFileSync(join(slayer, 'test100.txt'), '3\t1\n')
  const small = await nMnist({ data: slayer })
  expect([[...small.train.labels], [...small.test.labels], small.steps]).toEqual([[1, 0], [1], 60])
  writeFileSync(join(slayer, 'train1K.txt'), '1\tone\n')
  await expect(nMnist({ data: slayer })).rejects.toThrow(/train1K.txt says no number and digit in line 1/)
  await expect(nMnist({ data: join(folder, 'n-mnist', 'Train'), download: false })).rejects.toThrow(
    /n-mnist: not found in /,
  )
})

test('a recording that is not there, or is larger than its source, is refused', async () => {
  const options = { id: 'two', labels: [0, 1], classes: 2, frames: frames({ steps: 5 }), read: () => first }
  const source = eventSource({ ...options, ...sensor })
  await expect(source.recording(2)).rejects.toThrow(expect.objectContaining({ code: 'HILLOCK_RANGE' }))
  await expect(source.read([0, -1])).rejects.toThrow(expect.objectContaining({ code: 'HILLOCK_RANGE' }))
  expect(() => source.subset([0, 1.5])).toThrow(expect.objectContaining({ code: 'HILLOCK_RANGE' }))
  expect(source.subset([1]).id).not.toBe(source.id)
  await expect(eventSource({ ...options, width: 3, height: 3 }).read([0])).rejects.toThrow(
    /recording 0 is of 4 x 3, the source of 3 x 3/,
  )
  expect(() => eventSource({ ...options, width: 3 } as never)).toThrow(
    expect.objectContaining({ code: 'HILLOCK_OPTION' }),
  )
})
