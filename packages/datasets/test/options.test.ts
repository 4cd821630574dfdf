import { glyph, glyphs, idxDataset, idxExamples, mnist, shifts, split, subset, summary, take } from '@hillock/datasets'
import { describe, expect, test } from '@jest/globals'
import { smallSource } from './files.ts'

const any = (value: unknown) => value as never
const digits = glyphs({ train: 20, test: 10 })

describe('what is not known, or is not what it should be, is refused', () => {
  test.each<[string, () => unknown, string]>([
    ['glyphs', () => glyphs(any({ tarin: 20 })), "glyphs has no option 'tarin'\ndid you mean 'train'?"],
    ['glyphs', () => glyphs(any(20)), 'glyphs: the options are 20'],
    [
      'glyph',
      () => glyph(3, { uniform: Math.random }, any({ nois: 0 })),
      "glyph has no option 'nois'\ndid you mean 'noise'?",
    ],
    ['summary', () => summary(any(digits.train)), "summary: 'dataset' is an object\ngive a data set, such as glyphs()"],
    ['glyph', () => glyph(3, any(undefined)), "glyph: 'chance' is missing\ngive a generator"],
    ['split', () => split(digits.train, any({})), "split: 'validation' is missing"],
    ['split', () => split(digits.train, any({ validation: 5, test: 5 })), "split has no option 'test'"],
    [
      'split',
      () => split(any(digits), { validation: 5 }),
      "split: 'examples' is an object\ngive examples, such as data.train",
    ],
    ['take', () => take(any(digits), 5), "take: 'examples' is an object\ngive examples, such as data.train"],
    ['subset', () => subset(any(undefined), [0]), "subset: 'examples' is missing"],
    ['mnist', () => mnist(any({ path: 'data' })), "mnist has no option 'path'\nits options: data"],
    [
      'mnist',
      () => mnist(any({ dataset: 'fashion_mnist' })),
      "mnist: 'dataset' is 'fashion_mnist'\ndid you mean 'fashion-mnist'?",
    ],
    ['mnist', () => mnist({ waits: [1000, -1] }), "mnist: 'waits' is [1000, -1]\ngive a list of milliseconds"],
    [
      'idxDataset',
      () => idxDataset(smallSource(''), any({ limits: 3 })),
      "idxDataset has no option 'limits'\ndid you mean 'limit'?",
    ],
    [
      'idxDataset',
      () => idxDataset(any('mnist')),
      "idxDataset: 'source' is 'mnist'\ngive a data set of four idx files",
    ],
    [
      'idxExamples',
      () => idxExamples(any(new Uint8Array(9)), any(undefined)),
      "idxExamples: 'images' is 9 values (Uint8Array)\ngive what readIdx gives",
    ],
    ['shifts', () => shifts(any({ shape: [28, 28] })), "shifts: 'seed' is missing"],
    ['shifts', () => shifts(any({ shape: 28, seed: 1 })), "shifts: 'shape' is 28\ngive rows and columns"],
    ['shifts', () => shifts(any(digits.train.images)), 'shifts: the options are 15680 values (Float32Array)'],
  ])('by %s', async (_, call, text) => {
    await expect((async () => call())()).rejects.toMatchObject({
      code: 'HILLOCK_OPTION',
      message: expect.stringContaining(text),
    })
  })
})

describe('labels keep their kind', () => {
  const wide = { ...digits.train, labels: Uint16Array.from(digits.train.labels, (label) => 100 * label), classes: 1000 }

  test.each<[string, ArrayLike<unknown>]>([
    ['16 bits', wide.labels],
    ['a plain list', Array.from(wide.labels)],
    ['floats', Float32Array.from(wide.labels, (label) => label + 0.5)],
    ['what is no number', Array.from(wide.labels, () => Number.NaN)],
  ])('of %s, whatever is done with them', (_, labels) => {
    const given = { ...wide, labels: labels as ArrayLike<number> }
    const whole = Array.from(labels)
    expect(take(given, 5, 3).labels).toEqual(
      given.labels.constructor === Array ? whole.slice(3, 8) : (labels as Uint16Array).slice(3, 8),
    )
    const some = subset(given, [7, 2])
    expect(Array.from(some.labels)).toEqual([whole[7], whole[2]])
    expect(some.labels.constructor).toBe(labels.constructor)
    const { train, validation } = split(given, { validation: 4 })
    expect([...Array.from(train.labels), ...Array.from(validation.labels)].sort()).toEqual([...whole].sort())
  })
})
