import {
  avgPool,
  conv2d,
  crossEntropy,
  dense,
  maxPool,
  type Network,
  network,
  neurons,
  recurrent,
  sequential,
} from '@hillock/core'
import { oracle } from '@hillock/core/backend'
import { type Connection, conv1d, delayed, oneToOne, quantized, share, sparse } from '@hillock/core/connections'
import { type Batch, createRuntime, type Snapshot } from '@hillock/core/learner'
import { kWinners, linear } from '@hillock/core/neurons'
import { generator, stream } from '@hillock/core/random'
import { describe, expect, test } from '@jest/globals'
import { type HebbianOptions, hebbian } from '../src/index.ts'

const [steps, size] = [6, 4]
const labels = [0, 1, 1, 0]
const progress = { update: 0, updates: 1, epoch: 0, epochs: 1 }
const bias = false

/** Weights before and after a batch of spikes, and these spikes, [T, B, N]. */
async function after(
  of: Network,
  options: HebbianOptions,
  { seed = 3, snapshot }: { seed?: number; snapshot?: Snapshot } = {},
) {
  const runtime = createRuntime({ network: of, backend: oracle(), loss: crossEntropy(), seed, snapshot })
  const input = runtime.temporary([steps, size, of.inputs], 'spikes')
  const { uniform } = generator(5, stream.augment)
  const spikes: number[] = Array.from({ length: steps * size * of.inputs }, () => (uniform() < 0.4 ? 1 : 0))
  runtime.backend.write(input, spikes)
  const before = await runtime.snapshot()
  const batch: Batch = { input, labels, steps, size, progress }
  await hebbian(options).step(runtime, batch)
  const found = await runtime.snapshot()
  const values = (name: string) => Array.from(found.get(name)!.values)
  return { before, values, spikes }
}

/** Channels that fire and learn at the places of a convolution 2x2 of [4, 4, 2] with a border of zeros, in the plainest way. */
function naive(
  weights: number[],
  spikes: readonly number[],
  {
    beta,
    threshold,
    drop,
    perPlace,
    rate,
  }: Readonly<Record<'beta' | 'threshold' | 'drop' | 'perPlace' | 'rate', number>>,
  rule: 'oja' | 'instar',
) {
  const [side, inputs, channels, out] = [4, 2, 3, 5]
  const wins = new Array<number>(channels).fill(0)
  for (let b = 0; b < size; b++) {
    const v = new Array<number>(out * out * channels).fill(0)
    const [learnt, shown] = [
      wins.map(() => new Set<number>()),
      Array.from({ length: out * out }, () => new Array<number>(8).fill(0)),
    ]
    for (let t = 0; t < steps; t++) {
      const patch = (q: number) =>
        Array.from({ length: 8 }, (_, row) => {
          const [i, k] = [row % inputs, Math.floor(row / inputs)]
          const [y, x] = [Math.floor(q / out) + Math.floor(k / 2) - 1, (q % out) + (k % 2) - 1]
          return y < 0 || x < 0 || y >= side || x >= side
            ? 0
            : spikes[((t * size + b) * side * side + y * side + x) * inputs + i]!
        })
      const learners: [place: number, channel: number][] = []
      for (let q = 0; q < out * out; q++) {
        const seen = patch(q)
        seen.forEach((one, row) => {
          shown[q]![row]! += one
        })
        const fired: [excess: number, channel: number][] = []
        for (let c = 0; c < channels; c++) {
          const n = q * channels + c
          v[n] = beta * v[n]! + seen.reduce((sum, one, row) => sum + one * weights[row * channels + c]!, 0)
          if (v[n]! <= threshold) continue
          fired.push([v[n]! - threshold, c])
          v[n]! -= drop
        }
        fired.sort(([one], [other]) => other - one)
        for (const [, c] of fired.slice(0, perPlace)) learners.push([q, c])
      }
      for (const [q, c] of learners) learnt[c]!.add(q)
      if (rule === 'instar') continue
      const old = weights.slice()
      for (const [q, c] of learners) {
        const count = learners.filter(([, own]) => own === c).length
        patch(q).forEach((one, row) => {
          weights[row * channels + c]! += (rate * (one - old[row * channels + c]!)) / count
        })
      }
    }
    learnt.forEach((places, c) => {
      if (places.size === 0) return
      wins[c]!++
      if (rule === 'oja') return
      const mean = Array.from({ length: 8 }, (_, row) => [...places].reduce((sum, q) => sum + shown[q]![row]!, 0))
      const now = Math.max(rate, 1 / wins[c]!)
      const moved = mean.map((own, row) => (1 - now) * weights[row * channels + c]! + (now * own) / Math.hypot(...mean))
      moved.forEach((own, row) => {
        weights[row * channels + c] = own / Math.hypot(...moved)
      })
    })
  }
  return { weights, wins }
}

describe.each(['oja', 'instar'] as const)('%s', (rule) => {
  test.each([1, 2])('a convolution learns the mean of its places, from %d channels at each', async (perPlace) => {
    const [beta, threshold, drop, rate] = [0.5, 0.8, 0.6, 0.2]
    const of = sequential(
      [4, 4, 2],
      [
        conv2d(3, 2, { padding: 1, weight: { uniform: [0.1, 0.6] }, bias }),
        kWinners({ beta, threshold, resetAmount: drop, k: 75 }),
        maxPool(2),
        dense(2, { bias }),
        kWinners(),
      ],
    )
    const { before, values, spikes } = await after(of, {
      layers: [{ rule, learningRate: rate, perPlace }, { rule: 'oja' }],
    })
    const start = Array.from(before.get('layer1.weight')!.values)
    const wanted = naive(start.slice(), spikes, { beta, threshold, drop, rate, perPlace }, rule)
    expect(values('layer1/wins')).toEqual(wanted.wins)
    for (const [i, value] of values('layer1.weight').entries()) expect(value).toBeCloseTo(wanted.weights[i]!, 6)
    expect(Math.max(...start.map((value, i) => Math.abs(value - wanted.weights[i]!)))).toBeGreaterThan(0.1)
  })
})

const whole: [string, HebbianOptions][] = [
  [
    'oja and a teacher',
    {
      teacher: 0.5,
      layers: [{ rule: 'oja', learningRate: 0.1, decay: 0.01, normalize: true }, { rule: 'supervised' }],
    },
  ],
  [
    'instar and outstar',
    { layers: [{ rule: 'instar', recruit: true, classPartition: true, k: 1 }, { rule: 'outstar' }] },
  ],
]
test.each(whole)('a window as large as the image is a dense connection, bit for bit: %s', async (_, options) => {
  const listens = options.layers[1]!.rule === 'outstar'
  const net = (first: Connection, second: Connection) =>
    sequential([3, 3, 2], [first, kWinners({ threshold: 0.3, k: 2 }), second, listens ? linear() : kWinners()])
  const start = { weight: { uniform: [0, 0.3] }, bias: { uniform: [0, 0.1] } } as const
  const [conv, plain] = [
    await after(net(conv2d(6, 3, start), conv2d(2, 1, { weight: { constant: -1 }, bias })), options),
    await after(net(dense(6, start), dense(2, { weight: { constant: -1 }, bias })), options, {}),
  ]
  for (const name of ['layer1.weight', 'layer2.weight', 'layer1/wins', 'layer2/wins'])
    expect(conv.values(name)).toEqual(plain.values(name))
  expect(conv.values('layer1.weight')).not.toEqual(Array.from(plain.before.get('layer1.weight')!.values))
})

test('a recruited channel takes the imprint of one place, and others learn afterwards', async () => {
  const of = sequential(
    [4, 4, 1],
    [conv2d(4, 2, { bias }), kWinners({ threshold: 1e6, k: 100 }), dense(2, { bias }), linear()],
  )
  const { values, spikes } = await after(of, { layers: [{ rule: 'instar', recruit: true }, { rule: 'outstar' }] })
  expect(values('layer1/wins')).toEqual([1, 1, 1, 1])
  for (let b = 0; b < size; b++) {
    const counts = Array.from({ length: 16 }, (_, i) =>
      Array.from({ length: steps }, (_, t) => spikes[(t * size + b) * 16 + i]!).reduce((sum, one) => sum + one),
    )
    const patches = Array.from({ length: 9 }, (_, q) => [0, 1, 4, 5].map((i) => counts[q + Math.floor(q / 3) + i]!))
    const found = Array.from({ length: 4 }, (_, row) => values('layer1.weight')[row * 4 + b]!)
    const near = patches.filter((patch) =>
      patch.every((own, row) => Math.abs(own / Math.hypot(...patch) - found[row]!) < 1e-6),
    )
    expect(near.length).toBeGreaterThan(0)
  }
})

test('each source of a layer learns by itself, its own spikes of the step before among them', async () => {
  const [rate, weight] = [0.1, { uniform: [0.1, 0.5] }] as const
  const of = network([2, 2, 1], (input) =>
    neurons(
      recurrent(kWinners({ beta: 0.5, threshold: 0.4, resetAmount: 0.5, k: 2 }), { weight }),
      [dense(3, { weight, bias }), input],
      [maxPool(2), dense(3, { weight, bias }), input],
    ),
  )
  const { before, values, spikes } = await after(of, { layers: [{ rule: 'oja', learningRate: rate }] })
  const names = ['layer1.input.weight', 'layer1.input.2.weight', 'layer1.recurrent']
  const wanted = names.map((name) => Array.from(before.get(name)!.values))
  for (let b = 0; b < size; b++) {
    const v = [0, 0, 0]
    let past = [0, 0, 0]
    for (let t = 0; t < steps; t++) {
      const seen = spikes.slice((t * size + b) * 4, (t * size + b + 1) * 4)
      const shown = [seen, [Math.max(...seen)], past]
      for (let j = 0; j < 3; j++) {
        const current = shown.map((own, s) => own.reduce((sum, one, i) => sum + one * wanted[s]![i * 3 + j]!, 0))
        v[j] = 0.5 * v[j]! + current.reduce((sum, one) => sum + one)
      }
      const above = [0, 1, 2].filter((j) => v[j]! > 0.4).sort((i, j) => v[j]! - v[i]!)
      const fired = above.slice(0, 2)
      for (const j of fired) v[j]! -= 0.5
      shown.forEach((own, s) => {
        for (const j of fired)
          own.forEach((one, i) => {
            wanted[s]![i * 3 + j]! += rate * (one - wanted[s]![i * 3 + j]!)
          })
      })
      past = [0, 1, 2].map((j) => (fired.includes(j) ? 1 : 0))
    }
  }
  names.forEach((name, s) => {
    for (const [i, value] of values(name).entries()) expect(value).toBeCloseTo(wanted[s]![i]!, 6)
    expect(wanted[s]).not.toEqual(Array.from(before.get(name)!.values))
  })
})

test('a readout behind a pool counts how often each of its inputs has fired', async () => {
  const of = sequential(
    [4, 4, 1],
    [
      conv2d(2, 2, { weight: { constant: 1 }, bias }),
      kWinners({ threshold: 0.5, k: 18 }),
      maxPool(2),
      dense(2, { weight: { constant: -2 }, bias }),
      linear(),
    ],
  )
  const { values } = await after(of, { layers: [{ rule: 'oja' }, { rule: 'outstar' }] })
  expect(values('layer2.weight/wins')).toEqual([4, 4])
  // Each fired with both classes twice: the estimate is the mean.
  for (const value of values('layer2.weight')) expect(value).toBeCloseTo(Math.log(0.5 + 0.02), 6)
})

const k = kWinners()
const oja = { rule: 'oja' } as const
const twice = share(dense(3))
const written = { rule: { name: 'mine', competes: true, step: () => {} } }
const conv = (neuron = k) => sequential([4, 4, 2], [conv2d(2, 2), neuron])
const refused: [string, Network, HebbianOptions['layers']][] = [
  ['layer1 has avgPool in front of dense\nonly maxPool', sequential([4, 4, 1], [avgPool(2), dense(3), k]), [oja]],
  ['layer1 has conv2d in front of dense', sequential([4, 4, 1], [conv2d(2, 2), dense(3), k]), [oja]],
  ['layer1 is driven by avgPool, without weights to learn', sequential([4, 4, 1], [avgPool(2), k]), [oja]],
  ['layer1 has oneToOne, whose columns', sequential(4, [oneToOne(), k]), [oja]],
  ['layer1 has sparse, whose columns', sequential(4, [sparse(3, { density: 0.5 }), k]), [oja]],
  ['layer1 has conv2d, whose columns', sequential([4, 4, 2], [conv2d(4, 2, { groups: 2 }), k]), [oja]],
  ['layer1 has delays', sequential(4, [delayed(dense(3), { steps: 2 }), k]), [oja]],
  ['layer1 is recurrent with a part of a matrix', sequential(4, [dense(3), recurrent(k, { diagonal: false })]), [oja]],
  ['layer1 is recurrent with a part of a matrix', sequential(4, [dense(3), recurrent(k, { to: 'itself' })]), [oja]],
  [
    'layer1 has recurrent weights of few bits',
    sequential(4, [dense(3), quantized(recurrent(k), { bits: 4, step: 0.125 })]),
    [oja],
  ],
  ['layer1 is quantized', sequential(4, [quantized(dense(3), { bits: 4, step: 0.125 }), k]), [oja]],
  ['layer1 is a recurrent convolution', conv(recurrent(k)), [oja]],
  [
    'layer1 is recurrent, but its rule outstar only listens',
    sequential(4, [dense(3), recurrent(linear())]),
    [{ rule: 'outstar' }],
  ],
  ['layer1 shares its weights', network(4, (input) => neurons(k, [twice, input], [twice, input])), [oja]],
  ['outstar reads out classes, but layer1 is a convolution', conv(), [{ rule: 'outstar' }]],
  ['supervised teaches a neuron for each class, but layer1 is a convolution', conv(), [{ rule: 'supervised' }]],
  ['the step of mine is a function, but layer1 is a convolution', conv(), [written]],
  [
    'classPartition divides single neurons, but layer1 is a convolution',
    sequential([4, 1], [conv1d(2, 2), k]),
    [{ ...oja, classPartition: true }],
  ],
]
test.each(refused)('refuses: %s', async (message, of, layers) => {
  await expect(after(of, { layers })).rejects.toMatchObject({
    code: 'HILLOCK_UNSUPPORTED',
    message: expect.stringContaining(message),
  })
})
