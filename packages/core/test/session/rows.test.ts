import { expect, test } from '@jest/globals'
import { dense } from '../../src/connections/dense.ts'
import { delta } from '../../src/encoders/delta.ts'
import { poisson } from '../../src/encoders/poisson.ts'
import { layOut, rows } from '../../src/encoders/rows.ts'
import { sequential } from '../../src/network/sequential.ts'
import { leakyIntegrator } from '../../src/neurons/leaky-integrator.ts'
import { lif } from '../../src/neurons/lif.ts'
import { recurrent } from '../../src/neurons/recurrent.ts'
import { createSession } from '../../src/session/session.ts'
import { fastSigmoid } from '../../src/surrogates.ts'
import { bits, data, toy, trained } from '../toy.ts'

const wide = { surrogate: fastSigmoid({ slope: 5 }) }
/** Stripes of 12 values as 3 steps of 4 inputs: when a row lights up tells the class. */
const rowed = (encoder = rows()) => ({
  ...toy(),
  network: sequential(4, [dense(16, { weight: { uniform: 0.5 } }), recurrent(lif(wide)), dense(3), leakyIntegrator()]),
  encoder,
  steps: 3,
})

test('an example is shown row by row', async () => {
  const shown = layOut(rows(), Float32Array.of(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12), { batch: 2, steps: 3 })
  expect(shown).toEqual({ shape: [3, 2, 2], values: Float32Array.of(1, 2, 7, 8, 3, 4, 9, 10, 5, 6, 11, 12) })

  const session = createSession(rowed())
  await session.observe(data.test, async ([first], backend) => {
    const input = first!.batch.input
    expect(input.shape).toEqual([3, 30, 4])
    const values = await backend.read(input)
    for (let i = 0; i < 360; i++) {
      const [b, t, n] = [Math.floor(i / 12), Math.floor(i / 4) % 3, i % 4]
      expect(values[(t * 30 + b) * 4 + n]).toBe(data.test.images[i])
    }
  })
})

test('another encoder sees the rows as time', async () => {
  const one = { images: Float32Array.of(0, 1, 0, 0, 0, 1, 1, 0, 1, 1, 0, 0), count: 1, features: 12 }
  const inputs = async (encoder: ReturnType<typeof rows>) => {
    const session = createSession(rowed(encoder))
    return session.observe(one, async ([first], backend) => [...(await backend.read(first!.batch.input))])
  }
  expect(await inputs(rows(delta()))).toEqual([0, 1, 0, 0, 0, 0, 1, 0, 1, 0, 0, 0])
  expect(await inputs(rows(poisson({ probability: 1 })))).toEqual([...one.images])
})

test('a network learns from rows, and evaluates as it predicts', async () => {
  const session = createSession(rowed())
  const reports = await trained(session, { epochs: 30 })
  expect(reports.at(-1)!.testAccuracy).toBeGreaterThan(0.9)
  const { predictions } = await session.evaluate(data.test)
  expect((await session.predict(data.test.images)).predictions).toEqual(predictions)
  expect((await session.evaluate(data.test, { batchSize: 7 })).predictions).toEqual(predictions)
})

test('training goes on within an epoch with rows alone', async () => {
  const stopped = createSession(rowed())
  const abort = new AbortController()
  const onBatch = ({ batch }: { batch: number }) => {
    if (batch === 2) abort.abort()
  }
  for await (const _ of stopped.train(data, { batchSize: 10, onBatch, signal: abort.signal }));
  const saved = { snapshot: await stopped.snapshot(), counters: stopped.counters }
  const whole = createSession(rowed())
  await trained(whole, { epochs: 1, batchSize: 10 })
  const again = createSession({ ...rowed(), ...saved })
  await trained(again, { epochs: 1, batchSize: 10 })
  expect(bits(await again.snapshot())).toEqual(bits(await whole.snapshot()))

  const other = createSession({ ...rowed(rows(delta())), ...saved })
  await expect(trained(other, { epochs: 1, batchSize: 10 })).rejects.toMatchObject({ code: 'HILLOCK_OPTION' })
})

test.each([
  [
    rowed().network,
    4,
    /examples have 12 values each, the network has 4 inputs at each of 4 steps\nwrite sequential\(3/,
  ],
  [rowed().network, 5, /12 values make no 5 rows, one for each step\ngive as many time steps as an example has rows/],
])('rows that do not fit are refused', async (network, steps, message) => {
  const session = createSession({ ...rowed(), network, steps })
  await expect(session.evaluate(data.test)).rejects.toMatchObject({
    code: 'HILLOCK_SHAPE',
    message: expect.stringMatching(message),
  })
})
