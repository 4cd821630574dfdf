import { describe, expect, test } from '@jest/globals'
import { curves, density } from '../src/index.ts'
import { drawn, pointsOf } from './drawn.ts'

const epochs = [1, 2, 3].map((epoch) => ({
  epoch,
  trainLoss: 3 / epoch,
  trainAccuracy: 1 - 0.5 / epoch,
  testAccuracy: epoch === 2 ? undefined : 1 - 0.6 / epoch,
  density: [0.1, 0.02 * epoch],
}))

describe('curves', () => {
  test('draw a loss and the accuracies that there are, each epoch a point', async () => {
    const { texts, marks } = await drawn(curves({ title: 'how it learnt', epochs }))
    expect(marks('line').map(pointsOf)).toEqual([3, 3, 2])
    expect(marks('symbol')).toHaveLength(3 + 3 + 2)
    for (const text of ['how it learnt', 'training loss', 'epoch', 'training', 'test']) expect(texts).toContain(text)
    expect(texts).not.toContain('validation')
    expect(texts.filter((text) => /^\d$/.test(text))).toEqual(expect.arrayContaining(['1', '2', '3']))
  })

  test('draw the loss of each layer that has one', async () => {
    const layers = { layer1: { loss: 2, rate: 0.1 }, layer2: { rate: 0.2 } }
    const { texts, marks } = await drawn(curves({ epochs: epochs.map((of) => ({ ...of, layers })) }))
    expect(marks('line').map(pointsOf)).toEqual([3, 3, 3, 2])
    expect(texts).toContain('layer1')
    expect(texts).not.toContain('layer2')
  })

  test('draw losses alone where there are no classes', async () => {
    const losses = epochs.map((of) => ({
      ...of,
      trainAccuracy: Number.NaN,
      testAccuracy: undefined,
      testLoss: of.trainLoss,
    }))
    const { texts, marks } = await drawn(curves({ epochs: losses }))
    expect(marks('line').map(pointsOf)).toEqual([3, 3])
    expect(texts).toEqual(expect.arrayContaining(['training loss', 'test loss', 'loss']))
    expect(texts.join()).not.toMatch(/accuracy|validation/)
  })

  test('show a single epoch', async () => {
    const { marks } = await drawn(curves({ epochs: epochs.slice(0, 1) }))
    expect(marks('symbol')).toHaveLength(3)
  })

  test('refuse no epochs, and a loss that is no number', () => {
    expect(() => curves({ epochs: [] })).toThrow(
      expect.objectContaining({ code: 'HILLOCK_SHAPE', message: expect.stringMatching(/no epochs/) }),
    )
    const broken = [...epochs, { ...epochs[0]!, epoch: 4, trainLoss: Number.NaN }]
    expect(() => curves({ epochs: broken })).toThrow(
      expect.objectContaining({ code: 'HILLOCK_NOT_FINITE', message: expect.stringMatching(/loss in epoch 4/) }),
    )
  })
})

describe('density', () => {
  test('draws a line for each name', async () => {
    const names = ['input: mean output, which is long to say', 'layer1']
    const { texts, marks } = await drawn(density({ epochs, names }))
    expect(marks('line').map(pointsOf)).toEqual([3, 3])
    for (const text of [...names, 'spikes per neuron and step']) expect(texts).toContain(text)
  })

  test('refuses names that are not as many', () => {
    expect(() => density({ epochs, names: ['input'] })).toThrow(expect.objectContaining({ code: 'HILLOCK_SHAPE' }))
    expect(() => density({ epochs: [], names: [] })).toThrow(expect.objectContaining({ code: 'HILLOCK_SHAPE' }))
  })
})
