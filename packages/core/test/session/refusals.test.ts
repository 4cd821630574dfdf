import { describe, expect, test } from '@jest/globals'
import { dense } from '../../src/connections/dense.ts'
import { type Encoder, encoder } from '../../src/encoders/encoder.ts'
import { poisson } from '../../src/encoders/poisson.ts'
import { sequential } from '../../src/network/sequential.ts'
import { lif } from '../../src/neurons/lif.ts'
import type { Dataset, Examples } from '../../src/session/examples.ts'
import { createSession } from '../../src/session/session.ts'
import type { TrainOptions } from '../../src/session/train.ts'
import { data, stripes, toy, trained } from '../toy.ts'

describe('refuses', () => {
  const spoilt = (change: Partial<Examples>): Dataset => ({ ...data, train: { ...data.train, ...change } })
  const withValue = (value: number) => spoilt({ images: data.train.images.with(5, value) })

  test.each<[string, string, Dataset, TrainOptions, string]>([
    ['examples of another width', 'HILLOCK_SHAPE', spoilt({ features: 24, count: 24 }), {}, 'write sequential(24'],
    ['images that are cut short', 'HILLOCK_SHAPE', spoilt({ images: new Float32Array(100) }), {}, '100 values'],
    ['labels that are missing', 'HILLOCK_SHAPE', spoilt({ labels: new Uint8Array(40) }), {}, '40 labels'],
    ['no examples', 'HILLOCK_SHAPE', { ...data, test: { ...stripes(3, 1), count: 0 } }, {}, '0 examples'],
    ['too few for a batch', 'HILLOCK_SHAPE', data, { batchSize: 64, dropLast: true }, 'no batch of 64'],
    [
      'a label out of range',
      'HILLOCK_LABEL',
      spoilt({ labels: Uint8Array.from(data.train.labels).with(7, 3) }),
      {},
      'example 7',
    ],
    ['a value above the range', 'HILLOCK_RANGE', withValue(255), {}, 'divide bytes by 255'],
    ['a value below the range', 'HILLOCK_RANGE', withValue(-0.1), {}, '-0.1'],
    ['a value that is no number', 'HILLOCK_RANGE', withValue(Number.NaN), {}, 'NaN'],
    ['no epochs', 'HILLOCK_OPTION', data, { epochs: 0 }, "train: 'epochs' is 0"],
    ['part of an epoch', 'HILLOCK_OPTION', data, { epochs: 1.5 }, "train: 'epochs' is 1.5"],
    ['an empty batch', 'HILLOCK_OPTION', data, { batchSize: 0 }, "'batchSize' is 0"],
  ])('%s', async (_, code, given, options, text) => {
    const session = createSession({ ...toy(), encoder: poisson() })
    await expect(trained(session, options, given)).rejects.toMatchObject({
      code,
      message: expect.stringContaining(text),
    })
  })

  test('infinite values of an encoder without a range', async () => {
    await expect(trained(createSession(toy()), {}, withValue(Number.NaN))).rejects.toMatchObject({
      code: 'HILLOCK_RANGE',
    })
  })

  test('to evaluate nothing, or by empty batches', async () => {
    const session = createSession(toy())
    await expect(session.evaluate(data.test, { batchSize: 0 })).rejects.toMatchObject({ code: 'HILLOCK_OPTION' })
    await expect(session.evaluate({ ...data.test, count: 0 })).rejects.toMatchObject({ code: 'HILLOCK_SHAPE' })
  })

  test.each<[string, Encoder]>([
    ['a parameter', poisson({ probability: [0.1, 0.2] })],
    ['a state', encoder({ name: 'started', state: { x: [1, 2] }, equations: 'x = 0.5 * x\nspike = x * input' })()],
  ])('an encoder that has not one value of %s for each input', (_, given) => {
    expect(() => createSession({ ...toy(), encoder: given })).toThrow(
      expect.objectContaining({ code: 'HILLOCK_SHAPE', message: expect.stringContaining('2 values for 12 inputs') }),
    )
  })

  test('a snapshot with a parameter that its neuron does not take', async () => {
    const network = sequential(12, [dense(24), lif({ learn: ['beta'] }), dense(3), lif()])
    const snapshot = await createSession({ ...toy(), network }).snapshot()
    const spoilt = new Map(snapshot).set('layer1.beta', { shape: [1], values: Float32Array.of(1.25) })
    expect(() => createSession({ ...toy(), network, snapshot: spoilt })).toThrow(
      expect.objectContaining({
        code: 'HILLOCK_RANGE',
        message: expect.stringContaining("'layer1.beta' of the snapshot is 1.25\nlif takes a number from 0 to 1"),
      }),
    )
  })

  test.each([0, -1, 2.5, Number.NaN])('%d time steps', (steps) => {
    expect(() => createSession({ ...toy(), steps })).toThrow(expect.objectContaining({ code: 'HILLOCK_OPTION' }))
  })

  test.each([-1, 0.5, 2 ** 32])('the seed %d', (seed) => {
    expect(() => createSession({ ...toy(), seed })).toThrow(expect.objectContaining({ code: 'HILLOCK_RANGE' }))
  })
})
