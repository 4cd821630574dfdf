import { describe, expect, test } from '@jest/globals'
import { dense } from '../../src/connections/dense.ts'
import { constant } from '../../src/encoders/constant.ts'
import { poisson } from '../../src/encoders/poisson.ts'
import { sequential } from '../../src/network/sequential.ts'
import { linear } from '../../src/neurons/linear.ts'
import type { Dataset, Examples } from '../../src/session/examples.ts'
import { createSession } from '../../src/session/session.ts'
import { bits, data, stripes, toy, trained } from '../toy.ts'

describe('labels', () => {
  const { labels } = data.train
  test.each<[string, ArrayLike<number>]>([
    ['a plain array', Array.from(labels)],
    ['16 bits', Uint16Array.from(labels)],
    ['32 bits with a sign', Int32Array.from(labels)],
    ['floats that are whole', Float32Array.from(labels)],
  ])('may come as %s', async (_, kind) => {
    const [session, wanted] = [createSession(toy()), createSession(toy())]
    await trained(session, {}, { ...data, train: { ...data.train, labels: kind } })
    await trained(wanted)
    expect(bits(await session.snapshot())).toEqual(bits(await wanted.snapshot()))
  })

  test.each<[string, Partial<Record<keyof Examples, unknown>>, string, string]>([
    ['a half', { labels: with7(1.5) }, 'HILLOCK_LABEL', 'example 7 has label 1.5'],
    ['no number', { labels: with7(Number.NaN) }, 'HILLOCK_LABEL', 'example 7 has label NaN'],
    ['a negative one', { labels: with7(-1) }, 'HILLOCK_LABEL', 'example 7 has label -1'],
    ['one that a byte takes for a class', { labels: with7(257) }, 'HILLOCK_LABEL', 'example 7 has label 257'],
    ['one that 32 bits take for a class', { labels: with7(2 ** 40 + 1) }, 'HILLOCK_LABEL', 'label 1099511627777'],
    ['a text', { labels: with7('1') }, 'HILLOCK_LABEL', "example 7 has label '1'"],
    ['a hole', { labels: with7(undefined) }, 'HILLOCK_LABEL', 'example 7 has label undefined'],
    ['one beyond the classes', { classes: 2 }, 'HILLOCK_LABEL', 'example 2 has label 2, there are 2 classes'],
    ['none', { labels: undefined }, 'HILLOCK_LABEL', 'the labels are undefined'],
    ['null', { labels: null }, 'HILLOCK_LABEL', 'the labels are null'],
    ['too few', { labels: [0, 1, 2] }, 'HILLOCK_SHAPE', '48 examples with 3 labels'],
  ])('refuses %s, in training and in evaluation', async (_, change, code, text) => {
    const wrong = { ...data.train, ...change } as Examples
    const refusal = { code, message: expect.stringContaining(text) }
    for (const given of [{ train: wrong }, { ...data, validation: wrong }, { ...data, test: wrong }]) {
      let batches = 0
      const onBatch = () => void batches++
      await expect(trained(createSession(toy()), { onBatch }, given)).rejects.toMatchObject(refusal)
      expect(batches).toBe(0)
    }
    await expect(createSession(toy()).evaluate(wrong)).rejects.toMatchObject(refusal)
  })

  function with7(label: unknown): unknown[] {
    return (Array.from(labels) as unknown[]).with(7, label)
  }
})

describe.each([256, 300, 70_000])('%d classes', (classes) => {
  const top = classes - 1
  /** The last output has the largest score. */
  const session = (learning = {}) =>
    createSession({
      ...toy(),
      network: sequential(1, [dense(classes, { bias: false }), linear()]),
      encoder: constant(),
      steps: 2,
      snapshot: new Map([['layer1.weight', { shape: [1, classes], values: new Float32Array(classes).fill(1, top) }]]),
      ...learning,
    })
  const labelled = (label: number): Examples => ({
    images: Float32Array.of(1),
    labels: [label],
    count: 1,
    features: 1,
    classes,
  })

  test('the prediction is the class with the largest score, the label is compared as it is', async () => {
    const hit = await session().evaluate(labelled(top))
    expect(Number(hit.predictions[0])).toBe(top)
    expect(hit.accuracy).toBe(1)
    expect((await session().evaluate(labelled(top % 256))).accuracy).toBe(top % 256 === top ? 1 : 0)
  })

  test('learning raises the score of the label', async () => {
    const [label] = [classes - 2]
    const taught = session()
    await trained(taught, { batchSize: 1 }, { train: labelled(label) })
    const { values } = (await taught.snapshot()).get('layer1.weight')!
    expect(values[label]!).toBeGreaterThan(0)
    expect(values.filter((value) => value > 0)).toHaveLength(2)
  })
})

describe('predict', () => {
  test('gives what evaluate does, without labels, and scores that say so', async () => {
    const session = createSession({ ...toy(), encoder: poisson({ probability: 0.5 }) })
    await trained(session)
    const { images, count, features, labels } = data.test
    for (const options of [{}, { batchSize: 7 }]) {
      const { predictions, density, synapticOperations } = await session.evaluate(data.test, options)
      for (const given of [images, { images, count, features }, data.test, { ...data.test, labels: [] }]) {
        const found = await session.predict(given, options)
        expect(found).toMatchObject({ predictions, density, synapticOperations })
        expect(Object.keys(found).sort()).toEqual(['density', 'predictions', 'scores', 'synapticOperations'])
        const { scores } = found
        expect(scores).toHaveLength(3 * labels.length)
        predictions.forEach((prediction, i) => {
          expect(scores[3 * i + prediction]).toBe(Math.max(...scores.subarray(3 * i, 3 * i + 3)))
        })
      }
    }
  })

  test.each<[string, unknown, string, string]>([
    ['part of a row', new Float32Array(30), 'HILLOCK_SHAPE', 'there are 2.5 examples'],
    ['no rows', new Float32Array(), 'HILLOCK_SHAPE', 'there are 0 examples'],
    ['rows of another width', { ...stripes(3, 1), features: 6, count: 6 }, 'HILLOCK_SHAPE', '6 values each'],
    ['values that cannot be encoded', new Float32Array(12).fill(2), 'HILLOCK_RANGE', 'divide bytes by 255'],
    ['a list', [0, 1], 'HILLOCK_OPTION', 'write Float32Array.from(images)'],
    ['lists of lists', { ...stripes(1, 1), images: [[0, 1]] }, 'HILLOCK_OPTION', 'Float32Array.from(images.flat())'],
    ['bytes', new Uint8Array(12), 'HILLOCK_OPTION', '(byte) => byte / 255'],
    ['nothing', undefined, 'HILLOCK_OPTION', 'the examples are undefined'],
    ['a data set', data, 'HILLOCK_OPTION', 'such as data.test'],
  ])('refuses %s', async (_, given, code, text) => {
    const session = createSession({ ...toy(), encoder: poisson() })
    const refusal = { code, message: expect.stringContaining(text) }
    await expect(session.predict(given as Float32Array)).rejects.toMatchObject(refusal)
  })
})

describe('a data set', () => {
  test('needs no test set', async () => {
    const [first, second] = await trained(createSession(toy()), { epochs: 2 }, { train: data.train })
    expect([first!.testAccuracy, second!.testAccuracy]).toEqual([undefined, undefined])
    expect(second!.trainAccuracy).toBeGreaterThan(0)
  })

  test.each<[string, unknown, string, string]>([
    ['null', null, 'HILLOCK_OPTION', 'the data are null'],
    ['examples alone', data.train, 'HILLOCK_OPTION', 'write { train: examples }'],
    ['no training set', { test: data.test }, 'HILLOCK_OPTION', "the data have no 'train'"],
    ['a part that goes by another name', { ...data, val: data.test }, 'HILLOCK_OPTION', "examples called 'val'"],
    ['a misspelt test set', { train: data.train, tset: data.test }, 'HILLOCK_OPTION', "examples called 'tset'"],
    ['an empty test set', { ...data, test: { ...stripes(3, 1), count: 0 } }, 'HILLOCK_SHAPE', 'there are 0 examples'],
    ['a test set that is null', { ...data, test: null }, 'HILLOCK_OPTION', 'the examples are null'],
  ])('is refused with %s', async (_, given, code, text) => {
    const refusal = { code, message: expect.stringContaining(text) }
    await expect(trained(createSession(toy()), {}, given as Dataset)).rejects.toMatchObject(refusal)
  })
})
