import { describe, expect, test } from '@jest/globals'
import { dense } from '../../src/connections/dense.ts'
import { poisson } from '../../src/encoders/poisson.ts'
import type { Learner, StepResult } from '../../src/learner.ts'
import { sequential } from '../../src/network/sequential.ts'
import { neuron } from '../../src/neuron.ts'
import { lif } from '../../src/neurons/lif.ts'
import type { BatchProgress } from '../../src/session/reports.ts'
import { createSession, type SessionOptions } from '../../src/session/session.ts'
import type { TrainOptions } from '../../src/session/train.ts'
import { bits, data, descent, stripes, toy, trained } from '../toy.ts'

/** Weights after two epochs. */
async function outcome(options: Partial<SessionOptions> = {}) {
  const session = createSession({ ...toy(), ...options })
  await trained(session, { epochs: 2 })
  return bits(await session.snapshot())
}

describe('training', () => {
  test('learns, and says how it went', async () => {
    const session = createSession(toy())
    const before = await session.evaluate(data.test)
    const reports = await trained(session, { epochs: 12 }, { ...data, validation: stripes(12, 3) })
    expect(reports.map(({ epoch }) => epoch)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12])
    const [first, last] = [reports[0]!, reports.at(-1)!]
    expect(last.trainLoss).toBeLessThan(0.5 * first.trainLoss)
    expect(last.testAccuracy).toBeGreaterThan(0.95)
    expect(last.validationAccuracy).toBeGreaterThan(0.9)
    expect(last.testAccuracy).toBeGreaterThan(before.accuracy)
    expect(last.density).toHaveLength(3)
    expect(last.warnings).toEqual([])
    expect((await session.evaluate(data.test)).accuracy).toBe(last.testAccuracy)
  })

  test('gives the same bits for the same seed, and others for another', async () => {
    expect(await outcome()).toEqual(await outcome())
    expect(await outcome({ seed: 2 })).not.toEqual(await outcome())
    const noisy = { encoder: poisson({ probability: 0.5 }) }
    expect(await outcome(noisy)).toEqual(await outcome(noisy))
  })

  test('draws a new order and new spikes each epoch', async () => {
    const seen: [string, string][] = []
    const watcher: Learner = {
      name: 'watcher',
      async step({ backend }, { input, labels }) {
        seen.push([String(labels), String(await backend.read(input))])
        return { loss: 0, correct: 0 }
      },
    }
    const session = createSession({ ...toy(), learner: watcher, encoder: poisson() })
    const one = { train: stripes(20, 1), test: data.test }
    await trained(session, { epochs: 3, batchSize: 20 }, one)
    expect(new Set(seen.map(([labels]) => labels)).size).toBe(3)
    expect(new Set(seen.map(([, spikes]) => spikes)).size).toBe(3)
  })

  test('reports what the learner measures, as means over the examples it was measured for', async () => {
    const measuring = (of: (size: number) => Partial<StepResult>): Learner => ({
      name: 'measuring',
      step: async (_, { size }) => ({ loss: 1, correct: 0, ...of(size) }),
    })
    const reportsOf = (learner: Learner) =>
      trained(createSession({ ...toy(), learner }), { epochs: 2, batchSize: 8 }, { train: stripes(10, 1) })
    // Batches of 8 and of 2.
    const [first, second] = await reportsOf(
      measuring((size) => ({
        metrics: { size, ...(size === 2 && { rare: 7 }) },
        layers: { layer1: { loss: size === 8 ? 1 : 2 } },
      })),
    )
    expect(first).toMatchObject({ metrics: { size: 6.8, rare: 7 }, layers: { layer1: { loss: 1.2 } } })
    expect(second).toMatchObject({ metrics: { size: 6.8, rare: 7 }, layers: { layer1: { loss: 1.2 } } })
    const [silent] = await reportsOf(measuring(() => ({})))
    expect(Object.keys(silent!)).not.toEqual(expect.arrayContaining(['metrics']))
    for (const broken of [{ metrics: { size: Number.NaN } }, { layers: { layer1: { size: Number.NaN } } }])
      await expect(reportsOf(measuring(() => broken))).rejects.toMatchObject({
        code: 'HILLOCK_NOT_FINITE',
        message: expect.stringMatching(/measuring.*metric size is NaN/),
      })
  })

  test('covers every example once, the last batch being smaller or left out', async () => {
    const sizes = async (options: TrainOptions) => {
      const found: string[][] = []
      const watcher: Learner = {
        name: 'watcher',
        async step({ backend }, { input, size }) {
          const values = await backend.read(input)
          found.push(Array.from({ length: size }, (_, b) => String(values.slice(12 * b, 12 * b + 12))))
          return { loss: 0, correct: 0 }
        },
      }
      await trained(createSession({ ...toy(), learner: watcher }), options)
      return { lengths: found.map(({ length }) => length), distinct: new Set(found.flat()).size }
    }
    expect(await sizes({ batchSize: 20 })).toEqual({ lengths: [20, 20, 8], distinct: 48 })
    expect(await sizes({ batchSize: 20, dropLast: true })).toEqual({ lengths: [20, 20], distinct: 40 })
    expect(await sizes({ batchSize: 100 })).toEqual({ lengths: [48], distinct: 48 })
  })

  test('leaves nothing on the backend', async () => {
    const session = createSession(toy())
    const live: number[] = []
    await trained(session, { epochs: 2, onBatch: () => void live.push(session.backend.live) })
    expect(live).toHaveLength(6)
    expect(new Set(live).size).toBe(1)
    const { live: after } = session.backend
    // While it trains, the activity of two layers and the input is counted in two numbers each.
    expect(live[0]! - after).toBe(6)
    await session.evaluate(data.test)
    await session.observe(data.test, async () => {})
    expect(session.backend.live).toBe(after)
    const failing = createSession({
      ...toy(),
      learner: { name: 'failing', step: () => Promise.reject(new Error('no')) },
    })
    const before = failing.backend.live
    await expect(trained(failing)).rejects.toThrow('no')
    expect(failing.backend.live).toBe(before)
  })

  test('tells learners where it stands, over several calls', async () => {
    const seen: number[][] = []
    const watcher: Learner = {
      name: 'watcher',
      async step(_, { progress: { update, updates, epoch, epochs } }) {
        seen.push([update, updates, epoch, epochs])
        return { loss: 1, correct: 2 }
      },
    }
    const session = createSession({ ...toy(), learner: watcher })
    await trained(session, { batchSize: 24 })
    await trained(session, { batchSize: 48, epochs: 2 })
    expect(seen).toEqual([
      [0, 2, 0, 1],
      [1, 2, 0, 1],
      [2, 4, 1, 3],
      [3, 4, 2, 3],
    ])
  })

  test('reports each batch with means so far and the time of its parts', async () => {
    const batches: BatchProgress[] = []
    let step = 0
    const learner = descent()
    const counting: Learner = {
      name: 'counting',
      async step(runtime, batch) {
        await learner.step(runtime, batch)
        return { loss: ++step, correct: 5 }
      },
    }
    const session = createSession({ ...toy(), learner: counting })
    const [report] = await trained(session, { onBatch: (progress) => void batches.push(progress) })
    expect(batches).toMatchObject([
      { epoch: 1, epochs: 1, batch: 1, batches: 3, loss: 1, accuracy: 5 / 20 },
      { batch: 2, loss: 1.5, accuracy: 10 / 40 },
      { batch: 3, loss: (20 + 40 + 24) / 48, accuracy: 15 / 48 },
    ])
    expect(report).toMatchObject({ trainLoss: (20 + 40 + 24) / 48, trainAccuracy: 15 / 48 })
    for (const { parts, milliseconds } of batches) {
      for (const time of Object.values(parts)) expect(time).toBeGreaterThan(0)
      expect(Object.values(parts).reduce((sum, time) => sum + time)).toBeLessThanOrEqual(milliseconds)
    }
  })

  test('evaluates the test set after each epoch, or only after the last', async () => {
    const tested = async (test: 'each' | 'last') =>
      (await trained(createSession(toy()), { epochs: 2, test })).map(({ testAccuracy }) => testAccuracy !== undefined)
    expect(await tested('each')).toEqual([true, true])
    expect(await tested('last')).toEqual([false, true])
  })

  test('stops after the batch at hand, and reports what was done', async () => {
    const session = createSession(toy())
    const controller = new AbortController()
    const losses: number[] = []
    const onBatch = ({ batch, loss }: BatchProgress) => {
      losses.push(loss)
      if (batch === 2) controller.abort()
    }
    const reports = await trained(session, { epochs: 5, test: 'last', signal: controller.signal, onBatch })
    expect(losses).toHaveLength(2)
    expect(reports).toMatchObject([{ epoch: 1, trainLoss: losses[1], testAccuracy: expect.any(Number) }])
    expect(await trained(session, { signal: AbortSignal.abort() })).toEqual([])
    expect(session.counters).toMatchObject({ epochs: 0, batches: 2, position: 2 })
    expect(await trained(session, { epochs: 2 })).toMatchObject([{ epoch: 1 }, { epoch: 2 }])
    expect(session.counters).toEqual({ epochs: 2, batches: 6, position: 0 })
  })

  test('stops at a loss that is no number, naming the layer', async () => {
    const broken = neuron({ name: 'broken', equations: 'spike = input / (input - input)' })
    const network = sequential(12, [dense(8), lif(), dense(3), broken()])
    const session = createSession({ ...toy(), network })
    await expect(trained(session)).rejects.toMatchObject({
      code: 'HILLOCK_NOT_FINITE',
      message: expect.stringContaining('layer2 (broken)'),
    })
  })

  test('warns of layers that are dead or always fire', async () => {
    const weights = { weight: { constant: 1 }, bias: false } as const
    const always = neuron({ name: 'always', equations: 'spike = heaviside(input + 1e6)' })
    const network = sequential(12, [dense(8, weights), lif({ threshold: 1e6 }), dense(3), always()])
    const idle: Learner = { name: 'idle', step: descent(0).step }
    const [report] = await trained(createSession({ ...toy(), network, learner: idle }))
    expect(report!.warnings.map(({ code, message }) => [code, message.slice(0, 6)])).toEqual([
      ['HILLOCK_DEAD_LAYER', 'layer1'],
      ['HILLOCK_SATURATED_LAYER', 'layer2'],
    ])
  })
})

test('images can be changed on their way to the learner, and nowhere else', async () => {
  const calls: { rows: number[]; epoch: number; first: number }[] = []
  const dim = (images: Float32Array, rows: ArrayLike<number>, epoch: number) => {
    calls.push({ rows: Array.from(rows), epoch, first: images[0]! })
    return images.map(() => 0)
  }
  const seen: number[] = []
  const { learner } = toy()
  const looking: Learner = {
    ...learner,
    async step(runtime, batch) {
      seen.push(...(await runtime.backend.read(batch.input)))
      return learner.step(runtime, batch)
    },
  }
  const session = createSession({ ...toy(), learner: looking })
  const before = data.train.images.slice()
  const [, last] = await trained(session, { epochs: 2, augment: dim })
  expect(new Set(seen)).toEqual(new Set([0]))
  expect(data.train.images).toEqual(before)
  expect(calls.map(({ epoch }) => epoch)).toEqual([0, 0, 0, 1, 1, 1])
  expect(
    calls
      .slice(0, 3)
      .flatMap(({ rows }) => rows)
      .sort((a, b) => a - b),
  ).toEqual([...before.keys()].slice(0, 48))
  for (const { rows, first } of calls) expect(first).toBe(before[12 * rows[0]!])
  expect((await session.evaluate(data.test)).accuracy).toBe(last!.testAccuracy)
  const bad = () => trained(session, { augment: (images) => images.fill(Number.NaN) })
  await expect(bad()).rejects.toThrow(expect.objectContaining({ code: 'HILLOCK_RANGE' }))
})
