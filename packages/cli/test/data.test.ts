import { type Dataset, glyphs } from '@hillock/datasets'
import type { DatasetSpec } from '@hillock/recipes'
import { describe, expect, test } from '@jest/globals'
import { loadDataset, loadTest } from '../src/run/data.ts'

const small = { name: 'glyphs', train: 50, test: 20 }
const load = (dataset: DatasetSpec, seed = 0) => loadDataset({ dataset, steps: 10 }, { seed }) as Promise<Dataset>
const whole = glyphs({ train: 50, test: 20 })

describe('loadDataset', () => {
  test('takes the first examples, and no more than there are; the test set stays whole', async () => {
    const { train, test } = await load({ ...small, limit: 30 })
    expect([train.count, test.count]).toEqual([30, 20])
    expect(train.labels).toEqual(whole.train.labels.subarray(0, 30))
    expect((await load({ ...small, limit: 1000 }, 0)).train.count).toBe(50)
  })

  test('holds the last of them back for validation', async () => {
    const { train, validation } = await load({ ...small, limit: 40, validation: 0.25 })
    expect([train.count, validation!.count]).toEqual([30, 10])
    expect(train.images).toEqual(whole.train.images.subarray(0, 30 * 784))
    expect(validation!.images).toEqual(whole.train.images.subarray(30 * 784, 40 * 784))
    expect(validation!.labels).toEqual(whole.train.labels.subarray(30, 40))
  })

  test('puts them in an order that the seed decides, each once', async () => {
    const spec = { ...small, order: 'random' } as const
    const first = (await load(spec, 1)).train
    expect((await load(spec, 1)).train.labels).toEqual(first.labels)
    expect((await load(spec, 2)).train.labels).not.toEqual(first.labels)
    expect(first.labels.toSorted()).toEqual(whole.train.labels.toSorted())
    expect(first.labels).not.toEqual(whole.train.labels)
  })

  test('normalises training and test alike', async () => {
    const { train, test } = await load({ ...small, normalize: { mean: 0.5, deviation: 2 } })
    expect([...train.images]).toEqual([...whole.train.images].map((x) => Math.fround((x - 0.5) / 2)))
    expect([...test.images]).toEqual([...whole.test.images].map((x) => Math.fround((x - 0.5) / 2)))
  })

  test('puts the pixels of all images in one order, the same for every seed', async () => {
    const { train, test } = await load({ ...small, permuted: true }, 3)
    const features = 784
    const image = ({ images }: { images: Float32Array }, i: number) => images.slice(i * features, (i + 1) * features)
    expect(image(train, 0)).not.toEqual(image(whole.train, 0))
    expect(image(train, 0).toSorted()).toEqual(image(whole.train, 0).toSorted())
    // A pixel of all images goes where that of the others goes.
    const column = (images: Float32Array, k: number) => images.filter((_, i) => i % features === k).join()
    const all = (a: Float32Array, b: Float32Array) => Float32Array.of(...a, ...b)
    const [before, after] = [all(whole.train.images, whole.test.images), all(train.images, test.images)]
    const columns = (images: Float32Array) => Array.from({ length: features }, (_, k) => column(images, k)).sort()
    expect(columns(after)).toEqual(columns(before))
    expect((await load({ ...small, permuted: true }, 4)).train.images).toEqual(train.images)
    const message = 'the recipe: permuted images cannot be shifted'
    await expect(load({ ...small, permuted: true, shift: 1 })).rejects.toMatchObject({
      message: expect.stringContaining(message),
    })
  })

  test('gives the same test set alone', async () => {
    const spec = { ...small, normalize: { mean: 0.5, deviation: 2 } }
    expect(await loadTest({ dataset: spec, steps: 10 }, { seed: 0 })).toEqual((await load(spec)).test)
  })

  test('refuses data there is none of, and a part that is nothing', async () => {
    const refused = (message: RegExp) =>
      expect.objectContaining({ code: 'HILLOCK_RECIPE', message: expect.stringMatching(message) })
    await expect(load({ name: 'mnists' })).rejects.toThrow(refused(/did you mean 'mnist'/))
    await expect(load({ ...small, limit: 1, validation: 0.2 })).rejects.toThrow(refused(/held back/))
  })
})
