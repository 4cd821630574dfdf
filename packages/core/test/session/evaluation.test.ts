import { expect, test } from '@jest/globals'
import { dense } from '../../src/connection.ts'
import { poisson } from '../../src/encoders/poisson.ts'
import { sequential } from '../../src/network.ts'
import { neuron } from '../../src/neuron.ts'
import { lif } from '../../src/neurons/lif.ts'
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
    ['layer1', [8, 30, 8], ['record:pre', 'state:v'], true],
    ['layer2', [8, 30, 3], ['state:v'], true],
  ])
})
