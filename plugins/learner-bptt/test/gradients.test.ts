import {
  crossEntropy,
  dense,
  firingRate,
  type Loss,
  leakyIntegrator,
  lif,
  meanSquaredError,
  type Network,
  type Neuron,
  neuron,
  recurrent,
  type Snapshot,
  sequential,
  sgd,
  type Targets,
} from '@hillock/core'
import { oracle } from '@hillock/core/backend'
import { createRuntime } from '@hillock/core/learner'
import { generator, stream } from '@hillock/core/random'
import { sigmoid, surrogateFunction } from '@hillock/core/surrogates'
import { expect, test } from '@jest/globals'
import { type BpttOptions, bptt } from '../src/index.ts'

// The step function is made smooth and nothing is detached: then the surrogate's gradient is the true one.
const surrogate = sigmoid({ slope: 4 })
const smooth = (made: Neuron): Neuron => ({ ...made, binary: false })
const soft = (options: Parameters<typeof lif>[0] = {}) => smooth(lif({ detach: false, surrogate, ...options }))

const pyramid = neuron({
  name: 'pyramid',
  inputs: ['basal', 'apical'],
  params: { coupling: 0.5, rest: 0.1 },
  state: { v: 'rest', a: 0 },
  equations: `
    a = 0.8 * a + apical
    v = 0.7 * v + basal + coupling * a * basal
    spike = heaviside(v - 1)
    v = v - spike`,
})

const [steps, size] = [6, 3]
/** So small that no parameter leaves its bounds. */
const rate = 2 ** -10
const random = generator(5, stream.augment)
const images = Float64Array.from({ length: steps * size * 3 }, random.uniform)

interface Case {
  readonly network: Network
  readonly loss?: Loss
  readonly options?: BpttOptions
  /** What the outputs should give, in place of labels. */
  readonly targets?: Targets
  /** Time steps of the input: 1 for a constant one. */
  readonly frames?: number
}

/** One step on the oracle from these weights; the weights afterwards, or those drawn from the seed where none are given. */
async function step({ network, loss = crossEntropy(), options, targets, frames = steps }: Case, snapshot?: Snapshot) {
  const backend = oracle({ heaviside: surrogateFunction(surrogate, 'smooth') })
  const runtime = createRuntime({ network, backend, loss, seed: 3, snapshot })
  const before = await runtime.snapshot()
  const input = runtime.temporary([frames, size, 3])
  runtime.backend.write(input, images.subarray(0, frames * size * 3))
  const progress = { update: 0, updates: 1, epoch: 0, epochs: 1 }
  const wanted = targets ? { labels: [], targets } : { labels: [0, 1, 1] }
  const learner = bptt({ optimizer: sgd({ learningRate: rate, momentum: 0 }), ...options })
  const result = await learner.step(runtime, { input, ...wanted, steps, size, progress })
  return { loss: result.loss, before, after: await runtime.snapshot() }
}

const cases: Record<string, Case> = {
  'beta and threshold, of the layer and of each neuron': {
    network: sequential(3, [
      dense(4, { weight: { uniform: 1 } }),
      soft({ learn: ['beta', 'threshold'] }),
      dense(2),
      soft({ beta: [0.8, 0.9], threshold: [0.5, 0.7], learn: ['beta', 'threshold'] }),
    ]),
  },
  'a constant input and a loss on membranes': {
    network: sequential(3, [
      dense(4, { weight: { uniform: 1 } }),
      soft({ learn: ['beta'] }),
      dense(2),
      leakyIntegrator(),
    ]),
    loss: meanSquaredError({ on: 'v' }),
    frames: 1,
  },
  'neurons of two compartments, with an initial state that is learnt': {
    network: sequential(3, [
      dense(3, { weight: { uniform: 1 } }),
      smooth(pyramid({ surrogate, learn: ['coupling', 'rest'] })),
      dense(2),
      smooth(pyramid({ surrogate, coupling: [0.2, 0.4], learn: ['coupling'] })),
    ]),
  },
  'layers that see their own spikes, one of which each neuron its own': {
    network: sequential(3, [
      dense(4, { weight: { uniform: 1 } }),
      smooth(recurrent(soft({ threshold: 0.5 }), { weight: { normal: 1 } })),
      dense(2),
      smooth(recurrent(soft({ learn: ['beta'] }), { to: 'itself' })),
    ]),
  },
  'a constant input, and one of two currents that spikes add to': {
    network: sequential(3, [
      dense(3, { weight: { uniform: 1 } }),
      smooth(recurrent(smooth(pyramid({ surrogate, learn: ['coupling'] })), { current: 'basal' })),
      dense(2),
      leakyIntegrator(),
    ]),
    loss: meanSquaredError({ on: 'v' }),
    frames: 1,
  },
  'targets for each step, some of which count': {
    network: sequential(3, [
      dense(3, { weight: { uniform: 1 } }),
      smooth(recurrent(soft(), { weight: { normal: 1 } })),
      dense(2),
      leakyIntegrator(),
    ]),
    loss: meanSquaredError({ on: 'v' }),
    targets: {
      values: Float64Array.from({ length: size * steps * 2 }, random.normal),
      weights: [1, 1, 1, 1, 1, 1, 2, 2, 2, 0, 0, 0, 0, 0, 0, 0, 0, 6],
    },
  },
  'three layers, with bounds on their firing rates': {
    network: sequential(3, [dense(3), soft(), dense(3, { bias: false }), soft({ threshold: 0.5 }), dense(2), soft()]),
    options: { regularize: firingRate({ low: 0.3, high: 0.35, strength: 2 }) },
  },
}

test.each(Object.entries(cases))('the gradient is that of finite differences: %s', async (_, given) => {
  const { before, after } = await step(given)
  const h = 1e-4
  for (const [name, { shape, values }] of before) {
    for (const [i, value] of values.entries()) {
      const lossAt = async (moved: number) => {
        const changed = new Map(before).set(name, { shape, values: Float64Array.from(values).with(i, moved) })
        return (await step(given, changed)).loss
      }
      const [up, down, up2, down2] = [
        await lossAt(value + h),
        await lossAt(value - h),
        await lossAt(value + 2 * h),
        await lossAt(value - 2 * h),
      ]
      const slope = (8 * (up - down) - (up2 - down2)) / (12 * h)
      const found = (value - after.get(name)!.values[i]!) / rate
      if (!(Math.abs(found - slope) < 1e-8)) throw new Error(`${name}[${i}]: ${found}, not ${slope}`)
    }
  }
  const changed = [...before].filter(([name, { values }]) => String(values) !== String(after.get(name)!.values))
  expect(changed.map(([name]) => name)).toEqual([...before.keys()])
})
