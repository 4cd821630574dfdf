import { describe, expect, test } from '@jest/globals'
import type { Backend } from '../../src/backend.ts'
import { dense } from '../../src/connections/dense.ts'
import { poisson } from '../../src/encoders/poisson.ts'
import { HillockError } from '../../src/errors.ts'
import { sequential } from '../../src/network/sequential.ts'
import { neuron } from '../../src/neuron.ts'
import { lif } from '../../src/neurons/lif.ts'
import { reference } from '../../src/reference/backend.ts'
import { createSession } from '../../src/session/session.ts'
import { bits, data, stripes, toy, trained } from '../toy.ts'

test('changes no weight and gives the same again, after whatever training', async () => {
  const session = createSession({ ...toy(), encoder: poisson({ probability: 0.5 }) })
  await trained(session)
  const before = bits(await session.snapshot())
  const first = await session.evaluate(data.test)
  expect(await session.evaluate(data.test)).toEqual(first)
  expect(bits(await session.snapshot())).toEqual(before)
  const right = first.predictions.filter((prediction, i) => prediction === data.test.labels[i]).length
  expect(first.accuracy).toBe(right / data.test.count)
})

test('does not depend on the size of its batches', async () => {
  const session = createSession(toy())
  const whole = await session.evaluate(data.test)
  const parts = await session.evaluate(data.test, { batchSize: 7 })
  expect(parts.predictions).toEqual(whole.predictions)
  expect(parts.loss).toBeCloseTo(whole.loss, 6)
  parts.density.forEach((own, i) => {
    expect(own).toBeCloseTo(whole.density[i]!, 6)
  })
})

describe('the size of batches', () => {
  const jitter = neuron({ name: 'jitter', equations: 'spike = heaviside(input + uniform() - 0.7)' })
  const network = sequential(12, [dense(8, { weight: { uniform: 0.5 } }), jitter(), dense(3), lif()])
  const many = stripes(600, 3)

  /** A backend with room for so many samples at once, and the most that it was asked to hold. */
  function limited(room: number) {
    const state = { most: 0 }
    const whole = reference()
    const backend: Backend = {
      ...whole,
      alloc(shape, kind) {
        const samples = shape.length === 3 ? shape[1]! : 0
        if (samples > room) throw new HillockError('HILLOCK_OUT_OF_MEMORY', 'no room')
        state.most = Math.max(state.most, samples)
        return whole.alloc(shape, kind)
      },
    }
    return { backend, state }
  }
  const sessionOn = (backend: Backend) =>
    createSession({ ...toy(), network, encoder: poisson({ probability: 0.5 }), backend })

  test('changes nothing of what is drawn', async () => {
    const session = sessionOn(reference())
    const whole = await session.evaluate(many)
    const { scores } = await session.predict(many.images)
    for (const batchSize of [1, 7, 64, 249]) {
      const parts = await session.evaluate(many, { batchSize })
      expect({ batchSize, ...parts }).toEqual({ batchSize, ...whole, loss: expect.closeTo(whole.loss, 9) })
      expect((await session.predict(many.images, { batchSize })).scores).toEqual(scores)
    }
  })

  test('is halved until a batch fits, in training too', async () => {
    const wanted = await sessionOn(reference()).evaluate(many)
    const { backend, state } = limited(40)
    const session = sessionOn(backend)
    const live = session.backend.live
    expect(await session.evaluate(many)).toEqual({ ...wanted, loss: expect.closeTo(wanted.loss, 9) })
    expect(session.backend.live).toBe(live)
    expect(state.most).toBe(32)
    const [report] = await trained(session, { batchSize: 20 }, { train: data.train, validation: many, test: many })
    expect(report!.testAccuracy).toBe((await session.evaluate(many)).accuracy)
    expect(report!.validationAccuracy).toBe(report!.testAccuracy)
  })

  test('cannot be less than one', async () => {
    const session = sessionOn(limited(0).backend)
    await expect(session.evaluate(many)).rejects.toMatchObject({ code: 'HILLOCK_OUT_OF_MEMORY' })
  })

  test('is what 256 MiB hold, and 250 at most', async () => {
    const most = async (steps: number, count: number) => {
      const { backend, state } = limited(Infinity)
      await createSession({ ...toy(), network: sequential(12, [dense(3), lif()]), steps, backend }).evaluate(
        stripes(count, 1),
      )
      return state.most
    }
    expect(await most(8, 600)).toBe(250)
    expect(await most(2 ** 20, 5)).toBe(4)
  })
})

test('draws other noise for each batch, in neurons too', async () => {
  const jitter = neuron({ name: 'jitter', equations: 'spike = uniform() + 0 * input' })
  const session = createSession({ ...toy(), network: sequential(12, [dense(3), jitter()]) })
  const alike = { ...stripes(3, 1), images: new Float32Array(36).fill(0.5), labels: new Uint8Array(3) }
  const first = { ...alike, images: alike.images.slice(0, 12), labels: alike.labels.slice(0, 1), count: 1 }
  const [{ loss }, alone] = [await session.evaluate(alike, { batchSize: 1 }), await session.evaluate(first)]
  expect(loss).not.toBeCloseTo(alone.loss, 6)
})

test('shows states and records of every layer', async () => {
  const network = sequential(12, [dense(8), lif({ record: ['pre'] }), dense(3), lif()])
  const session = createSession({ ...toy(), network })
  const seen = await session.observe(data.test, async (passes, backend) =>
    Promise.all(
      passes.map(async ({ kept, spikes, layer }) => {
        const values = await Promise.all(Object.values(kept).map((tensor) => backend.read(tensor)))
        return [
          layer.name,
          spikes.shape,
          Object.keys(kept).sort(),
          values.every(({ length }) => length === spikes.shape.reduce((a, b) => a * b)),
        ]
      }),
    ),
  )
  expect(seen).toEqual([
    ['layer1', [8, 30, 8], ['pre', 'v'], true],
    ['layer2', [8, 30, 3], ['v'], true],
  ])
})
