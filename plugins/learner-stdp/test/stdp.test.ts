import { wasm } from '@hillock/backend-wasm'
import {
  constant,
  createSession,
  crossEntropy,
  dense,
  type Examples,
  lif,
  meanSquaredError,
  poisson,
  reference,
  sequential,
} from '@hillock/core'
import { createRuntime, type RuntimeControl } from '@hillock/core/learner'
import { integrateAndFire, kWinners, linear } from '@hillock/core/neurons'
import { generator, stream } from '@hillock/core/random'
import { describe, expect, test } from '@jest/globals'
import { type ReadoutOptions, type StdpOptions, stdp } from '../src/index.ts'

const progress = { update: 0, updates: 1, epoch: 0, epochs: 1 }

/** One synapse whose postsynaptic neuron fires when its other input, of weight 1, does. */
async function paired(pre: readonly number[], post: readonly number[], options: StdpOptions) {
  const network = sequential(2, [dense(2, { bias: false }), integrateAndFire({ threshold: 0.9 })])
  const values = [0.2, 0, 1, 0]
  const snapshot = new Map([['layer1.weight', { shape: [2, 2], values: Float32Array.from(values) }]])
  const runtime = createRuntime({ network, backend: reference(), loss: crossEntropy(), seed: 0, snapshot })
  const input = runtime.backend.alloc([pre.length, 1, 2], 'spikes')
  runtime.backend.write(
    input,
    pre.flatMap((spike, t) => [spike, post[t]!]),
  )
  const batch = { input, labels: [0], steps: pre.length, size: 1, progress }
  await stdp(options).step(runtime, batch)
  return (await weights(runtime))[0]! - values[0]!
}

const weights = async (runtime: RuntimeControl, layer = 'layer1') =>
  Array.from(await runtime.backend.read(runtime.tensor(`${layer}.weight`, [])))

const options = { potentiation: 0.1, depression: 0.05, preDecay: 0.5, postDecay: 0.25, bounds: [0, 1] } as const

describe('a pair of spikes', () => {
  test.each([
    ['pre two steps before post', [1, 0, 0, 0], [0, 0, 1, 0], 0.1 * 0.25],
    ['pre one step before post', [0, 1, 0, 0], [0, 0, 1, 0], 0.1 * 0.5],
    ['at once', [0, 1, 0, 0], [0, 1, 0, 0], 0.1],
    ['pre one step after post', [0, 0, 1, 0], [0, 1, 0, 0], -0.05 * 0.25],
    ['pre three steps after post', [0, 0, 0, 1], [1, 0, 0, 0], -0.05 * 0.25 ** 3],
    ['pre alone', [0, 1, 0, 0], [0, 0, 0, 0], 0],
  ])('%s', async (_, pre, post, change) => {
    expect(await paired(pre, post, options)).toBeCloseTo(change, 6)
  })

  test('all pairs count', async () => {
    // Post at 2 with pre at 0 and 1 before, post at 4 with pre at 0, 1 and 3; pre at 3 after post at 2.
    const change = await paired([1, 1, 0, 1, 0], [0, 0, 1, 0, 1], { ...options, depression: 0.04 })
    const before = 0.25 + 0.5 + (0.5 ** 4 + 0.5 ** 3 + 0.5)
    expect(change).toBeCloseTo(0.1 * before - 0.04 * 0.25, 6)
  })

  test('changes stop at the bounds, or shrink towards them', async () => {
    expect(await paired([0, 1], [0, 1], { ...options, potentiation: 3 })).toBeCloseTo(0.8, 6)
    expect(await paired([0, 1], [0, 1], { ...options, soft: true, bounds: [0, 0.8] })).toBeCloseTo(0.1 * 0.6, 6)
    expect(await paired([0, 1], [1, 0], { ...options, soft: true, bounds: [0.1, 1] })).toBeCloseTo(
      -0.05 * 0.25 * 0.1,
      6,
    )
  })
})

test('the weights of each neuron add up to a total', async () => {
  const network = sequential(3, [dense(2, { weight: { uniform: [0.1, 1] }, bias: false }), kWinners()])
  const runtime = createRuntime({ network, backend: reference(), loss: crossEntropy(), seed: 0 })
  const before = await weights(runtime)
  const input = runtime.backend.alloc([2, 1, 3], 'spikes')
  await stdp({ total: 4 }).step(runtime, { input, labels: [0], steps: 2, size: 1, progress })
  const after = await weights(runtime)
  for (const j of [0, 1]) {
    const sum = before[j]! + before[2 + j]! + before[4 + j]!
    for (const i of [0, 1, 2]) expect(after[2 * i + j]).toBeCloseTo((4 * before[2 * i + j]!) / sum, 5)
  }
})

test('thresholds rise with every spike and fade to rest', async () => {
  const neuron = kWinners({ threshold: [0.5, 1], learn: ['threshold'] })
  const network = sequential(1, [dense(2, { weight: { constant: 0.8 }, bias: false }), neuron])
  const runtime = createRuntime({ network, backend: reference(), loss: crossEntropy(), seed: 0 })
  const input = runtime.backend.alloc([1, 3, 1], 'spikes')
  runtime.backend.write(input, [1, 1, 0])
  const learner = stdp({ homeostasis: { raise: 0.25, fade: 0.5, rest: 0.1 } })
  await learner.step(runtime, { input, labels: [0, 1, 0], steps: 1, size: 3, progress })
  // The first neuron fires twice; both lose half of what they had above rest.
  const found = Array.from(await runtime.backend.read(runtime.tensor('layer1.threshold', [2])))
  expect(found[0]).toBeCloseTo(0.1 + 0.2 + 0.5, 6)
  expect(found[1]).toBeCloseTo(0.1 + 0.45, 6)
  expect(Array.from(runtime.params(network.layers[0]!).threshold as Float32Array)).toEqual(found)
})

test('thresholds that fade do not leave the bounds of their neurons', async () => {
  const neuron = lif({ threshold: [0.5, 1], learn: ['threshold'] })
  const network = sequential(1, [dense(2, { weight: { constant: 0 }, bias: false }), neuron])
  const runtime = createRuntime({ network, backend: reference(), loss: crossEntropy(), seed: 0 })
  const input = runtime.backend.alloc([1, 1, 1], 'spikes')
  const learner = stdp({ homeostasis: { raise: 0, fade: 0.5, rest: -0.75 } })
  for (const wanted of [
    [0, 0.125],
    [0, 0],
  ]) {
    await learner.step(runtime, { input, labels: [0], steps: 1, size: 1, progress })
    expect(Array.from(await runtime.backend.read(runtime.tensor('layer1.threshold', [2])))).toEqual(wanted)
  }
})

test.each<[unknown, string]>([
  [{ preDecay: 1.5 }, "'preDecay' is 1.5"],
  [{ potentiation: -1 }, "'potentiation' is -1\ngive a number from 0"],
  [{ potentiation: Infinity }, "'potentiation' is Infinity\ngive a finite number"],
  [{ depression: '0.1' }, "'depression' is '0.1'"],
  [{ total: Number.NaN }, "'total' is NaN"],
  [{ bounds: [1, 0] }, "'bounds' is [1, 0]"],
  [{ bounds: [0, Number.NaN] }, "'bounds' is [0, NaN]"],
  [{ bounds: [0, 1, 2] }, "'bounds' is [0, 1, 2]"],
  [{ bounds: 1 }, "'bounds' is 1"],
  [{ soft: true, bounds: [0, Infinity] }, "'bounds' is [0, Infinity]"],
  [{ soft: 'yes' }, "'soft' is 'yes'"],
  [{ homeostasis: { raise: 1, rest: 0, fade: 2 } }, "homeostasis: 'fade' is 2"],
  [{ homeostasis: { raise: 1 } }, "homeostasis: 'rest' is missing"],
  [{ homeostasis: { rest: 1, raise: undefined } }, "homeostasis: 'raise' is missing"],
  [{ reward: {} }, "no option 'reward'"],
  [{ readout: { learningRate: 2 } }, "readout: 'learningRate' is 2"],
  [{ readout: { floor: 0 } }, "readout: 'floor' is 0"],
  [{ predecay: 0.5 }, "no option 'predecay'\ndid you mean 'preDecay'?"],
  [{ readout: { learningrat: 0.5 } }, "no option 'learningrat'\ndid you mean 'learningRate'?"],
  [{ readout: { rate: 0.1, learningRate: 0.1 } }, "readout: 'rate' is the old name of 'learningRate'"],
  [{ optimizer: {} }, "no option 'optimizer'"],
  [null, 'the options are null'],
])('refuses %j', (given, message) => {
  expect(() => stdp(given as StdpOptions)).toThrow(expect.objectContaining({ code: 'HILLOCK_OPTION' }))
  expect(() => stdp(given as StdpOptions)).toThrow(message)
})

test('takes what is left undefined as not given, and hard bounds of any size', () => {
  expect(() =>
    stdp({ bounds: [-Infinity, Infinity], ...({ total: undefined, readout: undefined } as object) }),
  ).not.toThrow()
})

test('refuses targets that are no classes, for its readout', async () => {
  const network = sequential(2, [dense(2), lif()])
  const loss = meanSquaredError({ on: 'v' })
  const session = createSession({ network, learner: stdp({ readout: {} }), encoder: poisson(), loss, steps: 4 })
  const train = { images: new Float32Array(4), targets: new Float32Array(4), count: 2, features: 2 }
  await expect(session.train({ train }).next()).rejects.toMatchObject({
    code: 'HILLOCK_OPTION',
    message: expect.stringContaining('needs classes'),
  })
})

test.each([[1], [4]])('refuses a constant current, over %d steps', async (steps) => {
  const network = sequential(2, [dense(2), kWinners()])
  const session = createSession({ network, learner: stdp(), encoder: constant(), loss: crossEntropy(), steps })
  const train = { images: new Float32Array(4), labels: new Uint8Array(2), count: 2, features: 2, classes: 2 }
  await expect(session.train({ train, test: train }).next()).rejects.toMatchObject({
    code: 'HILLOCK_OPTION',
    message: expect.stringContaining('a constant current'),
  })
})

describe('the readout', () => {
  /** Log-probabilities of two classes by three inputs after one sample of class 0 in which the second input fired twice. */
  async function after(readout: ReadoutOptions, fired: number) {
    const start = [0.5, 0.5, 0.2, 0.8, 0.5, 0.5].map((p) => Math.log(p + 0.02))
    const network = sequential(3, [dense(2, { bias: false }), linear()])
    const snapshot = new Map([
      ['layer1.weight', { shape: [3, 2], values: Float32Array.from(start) }],
      ['layer1/winsBelow', { shape: [3], values: Float32Array.of(0, fired, 0) }],
    ])
    const runtime = createRuntime({ network, backend: reference(), loss: crossEntropy(), seed: 0, snapshot })
    const input = runtime.backend.alloc([2, 1, 3], 'spikes')
    runtime.backend.write(input, [0, 1, 0, 0, 1, 0])
    await stdp({ readout }).step(runtime, { input, labels: [0], steps: 2, size: 1, progress })
    return (await weights(runtime)).map((weight) => Math.exp(weight) - 0.02)
  }

  test('moves the estimates of inputs that fired towards the label', async () => {
    const found = await after({ learningRate: 0.1 }, 99)
    const wanted = [0.5, 0.5, 0.2 + 0.1 * 0.8, 0.8 - 0.1 * 0.8, 0.5, 0.5]
    for (const [i, value] of wanted.entries()) expect(found[i]).toBeCloseTo(value, 5)
  })

  test('believes the first label, then takes the mean', async () => {
    expect((await after({}, 0))[2]).toBeCloseTo(1, 5)
    expect((await after({}, 3))[2]).toBeCloseTo(0.2 + 0.8 / 4, 5)
  })
})

test('homeostasis wants thresholds that are learnt', async () => {
  const network = sequential(1, [dense(2), kWinners()])
  const runtime = createRuntime({ network, backend: reference(), loss: crossEntropy(), seed: 0 })
  const input = runtime.backend.alloc([1, 1, 1], 'spikes')
  const step = stdp({ homeostasis: { raise: 1, rest: 0 } }).step(runtime, {
    input,
    labels: [0],
    steps: 1,
    size: 1,
    progress,
  })
  await expect(step).rejects.toMatchObject({ code: 'HILLOCK_OPTION' })
})

test.each([
  ['reference', reference],
  ['wasm', () => wasm({ threads: 1 })],
] as const)('a network as of Diehl and Cook learns on %s', async (_, backend) => {
  const train = stripes(60, 1)
  const session = createSession({
    network: sequential(train.features, [
      dense(12, { weight: { uniform: [0.1, 0.3] }, bias: false }),
      kWinners({ threshold: new Array(12).fill(0.5), inhibition: 1, resetAmount: 0, learn: ['threshold'] }),
      dense(train.classes, { weight: { constant: -1 }, bias: false }),
      linear(),
    ]),
    learner: stdp({
      potentiation: 0.02,
      depression: 0.01,
      preDecay: 0.5,
      postDecay: 0.5,
      total: 2,
      homeostasis: { raise: 0.01, fade: 0.02, rest: 0.5 },
      readout: {},
    }),
    encoder: poisson({ probability: 0.7 }),
    loss: crossEntropy(),
    steps: 10,
    backend: await backend(),
    seed: 3,
  })
  let accuracy = 0
  for await (const report of session.train(
    { train, test: stripes(30, 2) },
    { epochs: 10, batchSize: 4, test: 'last' },
  )) {
    accuracy = report.testAccuracy ?? 0
  }
  expect(accuracy).toBeGreaterThanOrEqual(0.9)
})

/** Three classes, each of which lights four of twelve values. */
function stripes(count: number, seed: number): Examples {
  const random = generator(seed, stream.augment)
  const [features, classes] = [12, 3]
  const labels = Uint8Array.from({ length: count }, (_, i) => i % classes)
  const images = Float32Array.from({ length: count * features }, (_, i) => {
    const lit = Math.floor((i % features) / 4) === labels[Math.floor(i / features)]
    return (lit ? 0.8 : 0) + 0.2 * random.uniform()
  })
  return { images, labels, count, features, classes }
}
