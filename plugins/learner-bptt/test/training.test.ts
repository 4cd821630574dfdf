import {
  adam,
  constant,
  createSession,
  crossEntropy,
  dense,
  type Examples,
  fastSigmoid,
  firingRate,
  type Learner,
  leakyIntegrator,
  lif,
  type Network,
  neuron,
  sequential,
  sgd,
} from '@hillock/core'
import { oracle } from '@hillock/core/backend'
import { createRuntime } from '@hillock/core/learner'
import { parametersOf } from '@hillock/core/network'
import { generator, stream } from '@hillock/core/random'
import { describe, expect, test } from '@jest/globals'
import { type BpttOptions, bptt } from '../src/index.ts'

/** Two classes: which half of eight values is the larger. */
function halves(count: number, seed: number): Examples {
  const random = generator(seed, stream.augment)
  const labels = Uint8Array.from({ length: count }, (_, i) => i % 2)
  const images = Float32Array.from({ length: count * 8 }, (_, i) => {
    const lit = Math.floor((i % 8) / 4) === labels[Math.floor(i / 8)]
    return (lit ? 0.3 : 0) + 0.7 * random.uniform()
  })
  return { images, labels, count, features: 8, classes: 2 }
}

const data = { train: halves(64, 1), test: halves(64, 2) }
const surrogate = fastSigmoid({ slope: 5 })
const wide = { weight: { uniform: 0.6 } } as const

const fast = (options: BpttOptions = {}) => bptt({ optimizer: adam({ learningRate: 0.01 }), ...options })

async function train(network: Network, learner = fast(), epochs = 30) {
  const session = createSession({ network, learner, encoder: constant(), loss: crossEntropy(), steps: 10, seed: 2 })
  const reports = []
  for await (const report of session.train(data, { epochs, batchSize: 16, test: 'last' })) reports.push(report)
  return { first: reports[0]!, last: reports.at(-1)!, weights: await session.snapshot() }
}

/** Learns the neurons' parameters only: weights and biases are put back after each step. */
function parametersAlone(learner: Learner): Learner {
  return {
    name: 'parameters alone',
    async step(runtime, batch) {
      const { backend, network } = runtime
      const fixed = network.layers
        .flatMap(parametersOf)
        .filter(({ name }) => /weight|bias/.test(name))
        .map(({ name, shape }) => runtime.tensor(name, shape))
      const before = await Promise.all(fixed.map((tensor) => backend.read(tensor)))
      const result = await learner.step(runtime, batch)
      fixed.forEach((tensor, i) => {
        backend.write(tensor, before[i]!)
      })
      return result
    },
  }
}

describe('learnt parameters', () => {
  test.each<[string, number | number[], number | number[]]>([
    ['one for the layer', 0.9, 1],
    ['one for each neuron', new Array<number>(12).fill(0.9), new Array<number>(12).fill(1)],
  ])('%s: by them alone the loss falls', async (_, beta, threshold) => {
    const learn = ['beta', 'threshold'] as const
    const neurons = lif({ surrogate, beta, threshold, learn })
    const network = sequential(8, [dense(12, wide), neurons, dense(2, wide), lif({ surrogate })])
    const { first, last, weights } = await train(network, parametersAlone(fast()))
    expect(last.trainLoss).toBeLessThan(0.8 * first.trainLoss)
    const starts = { beta: [beta].flat(), threshold: [threshold].flat() }
    for (const [name, values] of Object.entries(starts)) {
      const found = weights.get(`layer1.${name}`)!.values
      expect(found).toHaveLength(values.length)
      expect(values.filter((value, i) => Math.abs(value - found[i]!) > 0.01).length).toBeGreaterThan(values.length / 2)
    }
  })
})

test('neurons of two compartments learn', async () => {
  const pyramid = neuron({
    name: 'pyramid',
    inputs: ['basal', 'apical'],
    state: { v: 0, a: 0 },
    surrogate,
    equations: `
      a = 0.8 * a + apical
      v = 0.8 * v + basal * (1 + tanh(a))
      spike = heaviside(v - 1)
      v = v - detach(spike)`,
  })
  const { last, weights } = await train(sequential(8, [dense(12, wide), pyramid(), dense(2, wide), lif({ surrogate })]))
  expect(last.testAccuracy).toBeGreaterThan(0.9)
  expect([...weights.keys()]).toContain('layer1.weight.apical/m')
})

test('bounds pull the firing rates of hidden layers towards them', async () => {
  const network = sequential(8, [dense(12, wide), lif({ surrogate }), dense(2, wide), lif({ surrogate })])
  const rate = async (regularize?: BpttOptions['regularize']) =>
    (await train(network, fast(regularize && { regularize }), 40)).last.density[1]!
  const free = await rate()
  expect(free).toBeGreaterThan(0.15)
  const low = await rate(firingRate({ high: 0.05, strength: 20 }))
  expect(low).toBeGreaterThan(0.01)
  expect(low).toBeLessThan(0.08)
  const high = await rate(firingRate({ low: 0.55, high: 0.65, strength: 20 }))
  expect(high).toBeGreaterThan(0.5)
  expect(high).toBeLessThan(0.7)
})

describe('truncation', () => {
  /** The gradient of a weight through a leaky membrane read at the last of six steps. */
  async function gradient(window?: number) {
    const network = sequential(1, [dense(2, { bias: false }), leakyIntegrator({ beta: 0.5 })])
    const loss = crossEntropy({ on: 'v', reduce: 'last' })
    const runtime = createRuntime({ network, backend: oracle(), loss, seed: 1 })
    const before = (await runtime.snapshot()).get('layer1.weight')!.values
    const input = runtime.temporary([1, 1, 1])
    runtime.backend.write(input, [1])
    const progress = { update: 0, updates: 1, epoch: 0, epochs: 1 }
    const optimizer = sgd({ learningRate: 1, momentum: 0 })
    const learner = bptt({ optimizer, ...(window !== undefined && { window }) })
    await learner.step(runtime, { input, labels: [0], steps: 6, size: 1, progress })
    return before[0]! - (await runtime.snapshot()).get('layer1.weight')!.values[0]!
  }

  test.each([
    [1, 1],
    [2, 1 + 0.5],
    [3, 1 + 0.5 + 0.25],
    // Six steps are cut at the fourth: two are left.
    [4, 1 + 0.5],
    [6, 2 - 2 ** -5],
    [100, 2 - 2 ** -5],
  ])('a window of %d steps reaches back to %d of the last step’s gradient', async (window, share) => {
    const whole = (await gradient()) / (2 - 2 ** -5)
    expect((await gradient(window)) / whole).toBeCloseTo(share, 12)
  })

  test.each([0, -1, 1.5, Number.NaN])('a window of %d steps is refused', (window) => {
    expect(() => bptt({ window })).toThrow(expect.objectContaining({ code: 'HILLOCK_OPTION' }))
  })
})
