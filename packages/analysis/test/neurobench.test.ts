import { neurobench } from '@hillock/analysis'
import {
  constant,
  conv2d,
  createSession,
  crossEntropy,
  dense,
  type Learner,
  leaky,
  recurrent,
  rows,
  sequential,
} from '@hillock/core'
import { linear } from '@hillock/core/neurons'
import { torchWeights } from '@hillock/nir'
import { flat, golden, shapeOf } from '@hillock/testing'
import { expect, test } from '@jest/globals'

const learner: Learner = { name: 'none', step: async () => ({ loss: 0, correct: 0 }) }

test("the harness's integers: convolution, recurrence, batches with graded values", async () => {
  const { inputs, weights, expected, meta } = golden<{ meta: { steps: number; batchSize: number; samples: number } }>(
    'neurobench_small',
  )
  const { steps, batchSize, samples } = meta
  const [channels, side] = shapeOf(inputs.x!).slice(2) as [number, number]
  const neuron = () => leaky({ beta: 0.5, threshold: 0.5 })
  const network = sequential(
    [side, side, channels],
    [conv2d(3, 3, { padding: 1 }), neuron(), dense(8), recurrent(neuron()), dense(4), neuron()],
  )
  const names = {
    W1: 'a.weight',
    b1: 'a.bias',
    W2: 'b.weight',
    b2: 'b.bias',
    V: 'b.recurrent.weight',
    W3: 'c.weight',
    b3: 'c.bias',
  }
  const tensors = new Map(
    Object.entries(names).map(([name, to]) => [
      to,
      { shape: shapeOf(weights[name]!), values: Float32Array.from(flat(weights[name]!)) },
    ]),
  )
  const { snapshot } = torchWeights(network, tensors, { weights: { layer1: 'a', layer2: 'b', layer3: 'c' } })
  const session = createSession({ network, snapshot, learner, encoder: rows(constant()), loss: crossEntropy(), steps })
  // [T, B, C, H, W] to [B, T, H, W, C]
  const x = inputs.x as number[][][][][]
  const images = Float32Array.from({ length: samples * steps * side * side * channels }, (_, i) => {
    const [c, pixel, t] = [
      i % channels,
      Math.floor(i / channels) % (side * side),
      Math.floor(i / channels / side / side) % steps,
    ]
    return x[t]![Math.floor(i / (channels * side * side * steps))]![c]![Math.floor(pixel / side)]![pixel % side]!
  })
  const examples = { images, count: samples, features: images.length / samples }
  expect([...(await session.predict(examples)).scores]).toEqual(flat(expected.output_counts!))

  const found = await neurobench(session, examples, { batchSize })
  const {
    effectiveACs,
    effectiveMACs,
    dense: all,
    membraneUpdates,
    activationSparsity,
    connectionSparsity,
    parameterCount,
  } = expected as Record<string, number>
  expect(found).toEqual({
    footprint: 4 * (parameterCount! + 3 * 2),
    parameterCount,
    connectionSparsity,
    activationSparsity: expect.closeTo(activationSparsity!, 12),
    synapticOperations: { effectiveACs, effectiveMACs, dense: all },
    membraneUpdates,
  })
  // In batches of another size other calls are spiking: the sum stays.
  const alone = await neurobench(session, examples, { batchSize: samples })
  expect(alone.synapticOperations.effectiveACs).toBeLessThan(effectiveACs!)
  expect(alone.synapticOperations.effectiveACs + alone.synapticOperations.effectiveMACs).toBeCloseTo(
    effectiveACs! + effectiveMACs!,
    9,
  )
})

test('a current that does not change counts at every step, depthwise kernels by channel, linear neurons not at all', async () => {
  const network = sequential([3, 3, 2], [conv2d(2, 3, { groups: 2, weight: 'ones', bias: false }), linear()])
  const session = createSession({ network, learner, encoder: constant(), loss: crossEntropy(), steps: 5 })
  const images = Float32Array.from({ length: 18 }, (_, i) => (i < 4 ? 0.5 : 0))
  expect(await neurobench(session, { images, count: 1, features: 18 })).toEqual({
    footprint: 72,
    parameterCount: 18,
    connectionSparsity: 0,
    activationSparsity: 0,
    synapticOperations: { effectiveACs: 0, effectiveMACs: 20, dense: 90 },
    membraneUpdates: 0,
  })
})

test('what it cannot take is refused', async () => {
  const session = createSession({
    network: sequential(2, [dense(2), leaky()]),
    learner,
    encoder: constant(),
    loss: crossEntropy(),
    steps: 2,
  })
  const images = { images: new Float32Array(2), count: 1, features: 2 }
  for (const wrong of [
    neurobench(session, images, { batchSize: 0 }),
    neurobench({} as never, images),
    neurobench(session, {} as never),
  ])
    await expect(wrong).rejects.toMatchObject({ code: 'HILLOCK_OPTION' })
})
