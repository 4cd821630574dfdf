import { describe, expect, test } from '@jest/globals'
import { poisson } from '../../src/encoders/poisson.ts'
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

  test.each([0, -1, 2.5, Number.NaN])('%d time steps', (steps) => {
    expect(() => createSession({ ...toy(), steps })).toThrow(expect.objectContaining({ code: 'HILLOCK_OPTION' }))
  })

  test.each([-1, 0.5, 2 ** 32])('the seed %d', (seed) => {
    expect(() => createSession({ ...toy(), seed })).toThrow(expect.objectContaining({ code: 'HILLOCK_RANGE' }))
  })
})
