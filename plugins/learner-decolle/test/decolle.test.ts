import {
  batchNorm,
  conv2d,
  crossEntropy,
  dense,
  firingRate,
  flatten,
  type Loss,
  lif,
  maxPool,
  meanSquaredError,
  type Network,
  network,
  neurons,
  recurrent,
  type Snapshot,
  sequential,
  sgd,
} from '@hillock/core'
import { oracle } from '@hillock/core/backend'
import { createRuntime } from '@hillock/core/learner'
import { generator, stream } from '@hillock/core/random'
import { sigmoid, surrogateFunction } from '@hillock/core/surrogates'
import { expect, test } from '@jest/globals'
import { type DecolleOptions, decolle } from '../src/index.ts'

// The step function is made smooth and nothing is detached: then the surrogate's gradient is the true one.
const surrogate = sigmoid({ slope: 4 })
const soft = (options: Parameters<typeof lif>[0] = {}) => ({
  ...lif({ detach: false, threshold: 0.6, surrogate, ...options }),
  binary: false,
})

const [steps, size, inputs] = [5, 3, 9]
const weight = { uniform: 0.5 } as const
const images = Float64Array.from({ length: steps * size * inputs }, generator(5, stream.augment).uniform)
/** So small that no parameter leaves its bounds. */
const rate = 2 ** -10

interface Case {
  readonly of: Network
  readonly loss?: Loss
  readonly options?: DecolleOptions
}

/** One step on the oracle from these weights, or those drawn from the seed: what read-outs said, and the weights before and afterwards. */
async function step({ of, loss = crossEntropy(), options }: Case, snapshot?: Snapshot) {
  const backend = oracle({ heaviside: surrogateFunction(surrogate, 'smooth') })
  const runtime = createRuntime({ network: of, backend, loss, seed: 3, snapshot })
  const before = await runtime.snapshot()
  const input = runtime.temporary([steps, size, inputs])
  runtime.backend.write(input, images)
  const progress = { update: 0, updates: 1, epoch: 0, epochs: 1 }
  const learner = decolle({ optimizer: sgd({ learningRate: rate, momentum: 0 }), ...options })
  const result = await learner.step(runtime, { input, labels: [0, 1, 1], steps, size, progress })
  return { result, layers: result.layers!, before, after: await runtime.snapshot() }
}

const cases: Record<string, Case> = {
  'dense layers and what their neurons learn': {
    of: sequential(inputs, [
      dense(4, { weight }),
      soft({ learn: ['beta'] }),
      dense(3, { weight }),
      soft({ learn: ['threshold'] }),
      dense(2),
      soft(),
    ]),
  },
  'a loss of each step': {
    of: sequential(inputs, [dense(4, { weight }), soft(), dense(2), soft()]),
    loss: crossEntropy({ reduce: 'each' }),
    options: { deviation: 2 },
  },
  convolutions: {
    of: sequential(
      [3, 3, 1],
      [
        conv2d(2, 2, { weight }),
        soft(),
        maxPool(2, { stride: 1 }),
        conv2d(3, 1, { weight }),
        soft(),
        flatten(),
        dense(2),
        soft(),
      ],
    ),
    loss: meanSquaredError(),
  },
  'batch norm': {
    of: sequential(inputs, [
      dense(4, { weight }),
      batchNorm({ epsilon: 0.1 }),
      soft(),
      dense(3, { weight }),
      batchNorm({ steps, epsilon: 0.1 }),
      soft(),
      dense(2),
      soft(),
    ]),
  },
  'recurrent neurons, and a source that skips a layer': {
    of: network(inputs, (input) => {
      const own = { ...recurrent(soft(), { weight: { normal: 1 } }), binary: false }
      const below = neurons(own, [dense(4, { weight }), input])
      const above = neurons(soft(), [dense(3, { weight }), below], [dense(3, { weight }), input])
      return neurons(soft(), [dense(2), above], [dense(2), below])
    }),
  },
}

test.each(Object.entries(cases))('the change of each layer is the gradient of its own loss: %s', async (_, given) => {
  const { before, after, layers } = await step(given)
  expect(Object.keys(layers)).toEqual(given.of.layers.map(({ name }) => name))
  for (const { name } of given.of.layers) {
    const own = [...before].filter(([tensor]) => tensor.startsWith(`${name}.`) && after.has(tensor))
    // Neither the read-out's weights nor running statistics are learnt.
    const learnt = own.filter(([tensor]) => !/\.(feedback|mean|variance)$/.test(tensor))
    expect(learnt.length).toBeGreaterThan(0)
    for (const [tensor, { shape, values }] of learnt) {
      const gradient = Array.from(values, (value, i) => (value - after.get(tensor)!.values[i]!) / rate)
      // The first, a middle and the last of each tensor.
      for (const i of new Set([0, values.length >> 1, values.length - 1])) {
        const lossAt = async (change: number) => {
          const moved = Float64Array.from(values)
          moved[i]! += change
          const there = await step(given, new Map([...after, ...before, [tensor, { shape, values: moved }]]))
          return there.layers[name]!.loss!
        }
        const difference = ((await lossAt(1e-5)) - (await lossAt(-1e-5))) / 2e-5
        expect([tensor, i, gradient[i]]).toEqual([tensor, i, expect.closeTo(difference, 6)])
      }
    }
  }
})

test('reports the loss of the output, and what rates beyond their bounds cost', async () => {
  const of = cases.convolutions!.of
  const { result, layers } = await step({ of })
  expect(Object.values(layers).at(-1)).toEqual({ loss: result.loss, accuracy: result.correct / size })
  const bounded = await step({ of, options: { regularize: firingRate({ low: 0.9, high: 1 }) } })
  expect(bounded.layers).toEqual(layers)
  expect(bounded.result.loss).toBeGreaterThan(result.loss)
  expect(bounded.after.get('layer1.weight')!.values).not.toEqual(
    (await step({ of })).after.get('layer1.weight')!.values,
  )
})

test('refuses what it cannot be', () => {
  expect(() => decolle({ deviation: 0 })).toThrow(expect.objectContaining({ code: 'HILLOCK_OPTION' }))
  expect(() => decolle({ onLayers: 3 } as never)).toThrow(/onLayers/)
})
