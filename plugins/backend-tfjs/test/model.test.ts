import {
  conv2d,
  createSession,
  crossEntropy,
  dense,
  type Encoder,
  fastSigmoid,
  type Learner,
  lif,
  type Network,
  poisson,
  type Snapshot,
  sequential,
} from '@hillock/core'
import { glyphs } from '@hillock/datasets'
import { describe, expect, jest, test } from '@jest/globals'
import '@tensorflow/tfjs-backend-wasm'
import * as tf from '@tensorflow/tfjs-core'
import * as tfl from '@tensorflow/tfjs-layers'
import { asLayer, type LayerOptions } from '../src/index.ts'

jest.setTimeout(120_000)
await tf.setBackend('wasm')

const surrogate = fastSigmoid({ slope: 5 })
const data = glyphs({ train: 600, test: 100 })
const shown = (from: typeof data.train) => tf.tensor2d(from.images, [from.count, from.features])
const answers = (from: typeof data.train) => tf.oneHot(tf.tensor1d(Int32Array.from(from.labels), 'int32'), 10)
const digits = () => sequential(784, [dense(32), lif({ surrogate, learn: ['beta'] }), dense(10), lif({ surrogate })])
const encoder: Encoder = poisson({ probability: 0.5 })

async function sequentialOf(network: Network, options: LayerOptions) {
  const layer = await asLayer(network, options)
  const model = tfl.sequential()
  model.add(tfl.layers.inputLayer({ inputShape: [network.inputs] }))
  model.add(layer)
  return { layer, model }
}

const loss = (labels: tf.Tensor, counts: tf.Tensor) => tf.losses.softmaxCrossEntropy(labels, counts)
const compiled = (model: tfl.Sequential) =>
  model.compile({ optimizer: tf.train.adam(5e-3), loss, metrics: ['accuracy'] })
const predicted = (model: tfl.LayersModel, x: tf.Tensor) =>
  Array.from(tf.tidy(() => tf.argMax(model.predict(x, { batchSize: 100 }) as tf.Tensor, 1).dataSync()))

test('model.fit trains it, with a layer of tfjs before and after, and keeps nothing', async () => {
  const network = sequential(48, [
    dense(32),
    lif({ surrogate }),
    dense(16),
    lif({ surrogate, learn: ['beta', 'threshold'] }),
  ])
  const layer = await asLayer(network, { steps: 8 })
  const model = tfl.sequential()
  model.add(tfl.layers.dense({ units: 48, inputShape: [784], activation: 'tanh' }))
  model.add(layer)
  model.add(tfl.layers.dense({ units: 10 }))
  compiled(model)
  const [x, y, tx, ty] = [shown(data.train), answers(data.train), shown(data.test), answers(data.test)]
  const first = await model.fit(x, y, { epochs: 1, batchSize: 30, verbose: 0 })
  const before = [tf.memory().numTensors, ...model.getWeights().map((weight) => weight.dataSync())] as const
  const { history } = await model.fit(x, y, { epochs: 7, batchSize: 30, verbose: 0 })
  const [, accuracy] = model.evaluate(tx, ty) as tf.Scalar[]
  expect(Number(history.loss!.at(-1))).toBeLessThan(0.5 * Number(first.history.loss![0]))
  expect(accuracy!.dataSync()[0]).toBeGreaterThan(0.7)
  expect(tf.memory().numTensors - before[0]).toBe(2)
  // All of it has learnt, below as above.
  const after = model.getWeights().map((weight) => weight.dataSync())
  expect(after).toHaveLength(10)
  for (const [i, values] of after.entries()) expect(values).not.toEqual(before[i + 1])
  model.dispose()
})

test('what it has learnt goes on in a session, which predicts the same, and back', async () => {
  const network = digits()
  const { layer, model } = await sequentialOf(network, { steps: 10, encoder, seed: 4 })
  compiled(model)
  await model.fit(shown(data.train), answers(data.train), { epochs: 1, batchSize: 30, verbose: 0 })
  const snapshot: Snapshot = await layer.snapshot()
  const idle: Learner = { name: 'idle', step: async () => ({ loss: 0, correct: 0 }) }
  const session = createSession({ network, learner: idle, encoder, loss: crossEntropy(), steps: 10, seed: 4, snapshot })
  const { predictions } = await session.evaluate(data.test)
  expect(predicted(model, shown(data.test))).toEqual(Array.from(predictions))
  const again = await sequentialOf(network, { steps: 10, encoder, seed: 4, snapshot: await session.snapshot() })
  expect(predicted(again.model, shown(data.test))).toEqual(Array.from(predictions))
  await session.dispose()
})

test('a model that has it is saved and loaded, once the layer has been made', async () => {
  const { model } = await sequentialOf(digits(), { steps: 5, name: 'digits', seed: 9 })
  let saved: tf.io.ModelArtifacts | undefined
  await model.save(
    tf.io.withSaveHandler(async (artifacts) => {
      saved = artifacts
      return { modelArtifactsInfo: tf.io.getModelArtifactsInfoForJSON(artifacts) }
    }),
  )
  await asLayer(digits(), { steps: 5, name: 'digits', seed: 1 })
  const loaded = await tfl.loadLayersModel(tf.io.fromMemory(saved!))
  expect(predicted(loaded, shown(data.test))).toEqual(predicted(model, shown(data.test)))
})

test('what neurons learn stays within its bounds', async () => {
  const network = sequential(4, [
    dense(3, { weight: { constant: 1 } }),
    lif({ surrogate, beta: 0.999, learn: ['beta'] }),
  ])
  const { layer, model } = await sequentialOf(network, { steps: 5 })
  model.compile({
    optimizer: tf.train.sgd(10),
    loss: (_: tf.Tensor, counts: tf.Tensor) => tf.neg(tf.mean(counts)) as tf.Scalar,
  })
  const x = tf.fill([2, 4], 0.05)
  await model.fit(x, tf.zeros([2, 3]), { epochs: 1, verbose: 0 })
  const free = (await layer.snapshot()).get('layer1.beta')!.values[0]!
  model.predict(x)
  const kept = (await layer.snapshot()).get('layer1.beta')!.values[0]!
  expect([free > 1, kept]).toEqual([true, 1])
})

describe('what cannot be is refused', () => {
  const network = sequential(4, [dense(3), lif()])
  const refused = (code: string, hint: string) => ({ code, hint: expect.stringContaining(hint) })
  test.each<[string, object, string, string]>([
    ['an unknown option', { step: 5 }, 'HILLOCK_OPTION', 'steps'],
    ['no steps at all', { steps: 0 }, 'HILLOCK_OPTION', 'whole number from 1'],
    ['an output that there is not', { reads: 'w' }, 'HILLOCK_OPTION', 'spike, v'],
    ['a snapshot of another network', { snapshot: new Map() }, 'HILLOCK_SHAPE', 'another one'],
  ])('%s', async (_, options, code, hint) => {
    await expect(asLayer(network, options)).rejects.toMatchObject(refused(code, hint))
  })

  test('a network that is no chain of dense layers', async () => {
    const convolving = sequential([4, 4, 1], [conv2d(2, 3), lif(), dense(3), lif()])
    await expect(asLayer(convolving, { steps: 5 })).rejects.toMatchObject(refused('HILLOCK_UNSUPPORTED', 'dense(...)'))
  })

  test.each<[string, LayerOptions, number[]]>([
    ['an input of another width', { steps: 5 }, [5]],
    ['an input that has no time, without steps', {}, [4]],
    ['an input that has time, with steps', { steps: 5 }, [5, 4]],
    ['images', { steps: 5 }, [2, 2, 4]],
  ])('%s', async (_, options, shape) => {
    const layer = await asLayer(network, options)
    expect(() => layer.apply(tfl.input({ shape }))).toThrow(
      expect.objectContaining(refused('HILLOCK_SHAPE', "[B, 4] with the option 'steps', or [B, T, 4] without it")),
    )
  })

  test('values that an encoder does not take', async () => {
    const { model } = await sequentialOf(network, { steps: 5, encoder })
    expect(() => model.predict(tf.fill([1, 4], 255))).toThrow(
      expect.objectContaining(refused('HILLOCK_RANGE', 'divide bytes by 255')),
    )
  })
})
