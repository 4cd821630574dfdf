import {
  avgPool,
  batchNorm,
  conv2d,
  createSession,
  crossEntropy,
  dense,
  encoder,
  flatten,
  type Learner,
  leaky,
  leakyIntegrator,
  lif,
  maxPool,
  type Network,
  type Neuron,
  network,
  neurons,
  recurrent,
  reference,
  rows,
  type Snapshot,
  sequential,
  sumPool,
  synaptic,
} from '@hillock/core'
import { type Connection, conv1d, delayed, identity, oneToOne, sparse } from '@hillock/core/connections'
import { lastingOf } from '@hillock/core/network'
import { integrateAndFire, linear, refractoryLif, relu } from '@hillock/core/neurons'
import { generator, stream } from '@hillock/core/random'
import { type NirOptions, readNir, writeNir } from '@hillock/nir'
import { describe, expect, test } from '@jest/globals'

const learner: Learner = { name: 'none', step: async () => ({ loss: 0, correct: 0 }) }
const asTheyAre = encoder({ name: 'asTheyAre', equations: 'spike = input' })
const [steps, count] = [12, 3]

/** Weights as they start, and a little more. */
const started = (net: Network): Snapshot =>
  new Map(
    net.layers.flatMap((layer) =>
      lastingOf(layer).map(({ name, shape, initial }) => {
        const random = generator(3, stream.weights, 100 + layer.index)
        return [name, { shape, values: initial(7).map((value) => value + 0.1 * random.uniform()) }] as const
      }),
    ),
  )

/** All spikes of the last layer, for inputs that are drawn. */
async function spikesOf(net: Network, snapshot: Snapshot): Promise<number[]> {
  const session = createSession({
    network: net,
    learner,
    snapshot,
    encoder: rows(asTheyAre()),
    loss: crossEntropy(),
    steps,
    backend: reference(),
  })
  const random = generator(5, stream.weights)
  const features = steps * net.inputs
  const images = Float32Array.from({ length: count * features }, () => (random.uniform() < 0.4 ? 1 : 0))
  return session.observe({ images, count, features }, async (passes, backend) => [
    ...(await backend.read(passes.at(-1)!.spikes)),
  ])
}

const time = { dt: 1e-3, timeUnit: 's', method: 'euler' } as const
const many = (length: number, from: number, to: number) =>
  Array.from({ length }, (_, i) => from + ((to - from) * i) / length)

const dense2 = (neuron: Neuron, ...rest: (Connection | Neuron)[]) =>
  sequential(6, [dense(8, { weight: { uniform: [0, 1] } }), neuron, ...rest])
const nets: Readonly<Record<string, Network>> = {
  'lif, reset by subtraction': dense2(lif(), dense(3), lif()),
  'lif, reset to zero': dense2(lif({ reset: 'zero', beta: many(8, 0.1, 0.9), threshold: many(8, 0.5, 1.5) })),
  'learnt leaks': dense2(lif({ learn: ['beta', 'threshold'], detach: false })),
  'lif without a leak': dense2(lif({ beta: 1 })),
  synaptic: dense2(synaptic({ alpha: many(8, 0.2, 0.7) })),
  'integrate and fire': dense2(integrateAndFire()),
  integrators: dense2(lif(), dense(4), leakyIntegrator({ beta: 0.7 })),
  'sums without a leak': dense2(leakyIntegrator({ beta: 1 })),
  'a linear end': dense2(lif(), dense(4), linear()),
  recurrent: dense2(recurrent(lif()), dense(3), recurrent(synaptic(), { to: 'itself' })),
  'convolutions and pools': sequential(
    [6, 5, 2],
    [
      conv2d(4, [3, 2], { padding: 1, weight: { uniform: [0, 0.5] } }),
      lif({ threshold: many(144, 0, 0.5) }),
      sumPool([2, 3]),
      conv2d(4, 2, { groups: 2, stride: [1, 2], padding: [0, 1] }),
      lif({ threshold: 0.05 }),
      avgPool(2, { stride: 1 }),
      dense(3),
      lif({ threshold: 0.05 }),
    ],
  ),
  'depthwise, dilated, the same size': sequential(
    [6, 6, 2],
    [
      conv2d(2, 3, { groups: 2, dilation: 2, padding: 'same' }),
      lif({ threshold: 0.05 }),
      conv2d(3, 2, { padding: 'same', bias: false }),
      lif({ threshold: 0.05 }),
      flatten(),
      oneToOne(),
      lif({ threshold: 0.05 }),
      dense(2),
      lif({ threshold: 0.05 }),
    ],
  ),
  'one dimension': sequential(
    [8, 2],
    [
      conv1d(3, 3, { stride: 2 }),
      lif({ threshold: [0.05, 0.1, 0.02], beta: [0.5, 0.7, 0.9], learn: ['beta'] }),
      dense(2),
      lif({ threshold: 0.05 }),
    ],
  ),
  sparse: dense2(lif({ threshold: 0.05 }), sparse(4, { fanIn: 3 }), lif({ threshold: 0.1 })),
  delays: sequential(6, [
    delayed(identity(), { perInput: [0, 1, 2, 3, 2, 1] }),
    dense(5),
    lif({ threshold: 0.1 }),
    delayed(dense(3), { steps: 2 }),
    lif({ threshold: 0.1 }),
  ]),
  'a residual block': network([4, 4, 2], (input) => {
    const a = neurons(lif({ threshold: 0.1 }), [conv2d(4, 3, { padding: 1 }), input], { name: 'a' })
    const b = neurons(lif({ threshold: 0.3 }), [conv2d(4, 3, { padding: 1 }), a], [identity(), a], { name: 'b' })
    return neurons(lif(), [avgPool(2), dense(3), b], [dense(3, { bias: false }), a])
  }),
}

describe.each(['euler', 'exact'] as const)('hillock, NIR, hillock: %s', (method) => {
  test.each(Object.entries(nets))('%s', async (_, net) => {
    const snapshot = started(net)
    const { bytes, options } = writeNir(net, snapshot, { ...time, method })
    const again = readNir(bytes, options)
    const [before, after] = [await spikesOf(net, snapshot), await spikesOf(again.network, again.snapshot)]
    expect(after).toEqual(before)
    expect(before.some((value) => value !== 0)).toBe(true)
    expect(again.notes.filter(({ field }) => field !== undefined)).toEqual([])
    // What was read is written as it was.
    const third = writeNir(again.network, again.snapshot, { ...time, method })
    expect(third.options).toEqual(options)
    expect(
      await spikesOf(...(Object.values(readNir(third.bytes, third.options)).slice(0, 2) as [Network, Snapshot])),
    ).toEqual(before)
  })
})

const normed: Readonly<Record<string, Network>> = {
  'behind a product': dense2(lif(), dense(5, { bias: false }), batchNorm(), leakyIntegrator()),
  'without shifts, behind synapses': dense2(
    lif(),
    sparse(4, { fanIn: 3 }),
    batchNorm({ bias: false }),
    leakyIntegrator(),
  ),
  'behind delays': sequential(6, [delayed(dense(3), { steps: 2 }), batchNorm(), leakyIntegrator()]),
  'behind convolutions': sequential(
    [5, 4, 2],
    [
      conv2d(4, 3, { groups: 2 }),
      batchNorm({ epsilon: 0.1 }),
      lif(),
      conv2d(3, 2),
      batchNorm(),
      sumPool([2, 1]),
      leakyIntegrator(),
    ],
  ),
}

test.each(Object.entries(normed))('batch norm becomes part of the weights before it: %s', async (_, net) => {
  const snapshot = new Map(
    [...started(net)].map(([name, { shape, values }], i) => {
      const far = Float32Array.from(values, (value, c) => value * (1 + ((c + i) % 3)))
      return [name, { shape, values: name.includes('norm') ? far : values }] as const
    }),
  )
  const { bytes, options } = writeNir(net, snapshot, time)
  const again = readNir(bytes, options)
  const [before, after] = [await spikesOf(net, snapshot), await spikesOf(again.network, again.snapshot)]
  expect(again.network.toString()).not.toContain('batchNorm')
  expect(after).toHaveLength(before.length)
  for (const [i, value] of before.entries()) expect(after[i]).toBeCloseTo(value, 4)
  expect(new Set(before).size).toBeGreaterThan(before.length / 3)
})

test('weights keep their names and their bits', () => {
  const net = nets['convolutions and pools']!
  const snapshot = started(net)
  const { bytes, options } = writeNir(net, snapshot, time)
  expect([...readNir(bytes, options).snapshot]).toEqual([...snapshot])
})

test('bytes are the same each time, and milliseconds are', async () => {
  const net = nets.synaptic!
  const write = (timeUnit: NirOptions['timeUnit'], dt: number) =>
    writeNir(net, started(net), { dt, timeUnit, method: 'exact' })
  expect(write('s', 1e-3).bytes).toEqual(write('s', 1e-3).bytes)
  const { bytes, options } = write('ms', 1e-3)
  expect(readNir(bytes, options).network.layers[0]!.neuron.params.tau_mem).toEqual(
    expect.arrayContaining([expect.closeTo(-1 / Math.log(0.9), 10)]),
  )
})

describe('refuses, by its name, what NIR does not say', () => {
  const refused: readonly (readonly [string, Network, RegExp])[] = [
    ['a reset one step later', dense2(leaky()), /layer1 \(leaky\)/],
    ['no reset', dense2(lif({ reset: 'none' })), /layer1 \(lif\)/],
    ['firing at the threshold', dense2(lif({ atThreshold: true })), /layer1 \(lif\)/],
    ['other neurons', dense2(refractoryLif()), /refractoryLif/],
    ['relu', dense2(relu()), /relu/],
    ['a max pool', sequential([4, 4, 1], [maxPool(2), dense(2), lif()]), /maxPool 2/],
    [
      'batch norm of each step',
      sequential(4, [dense(2), batchNorm({ steps: 9 }), lif()]),
      /layer1: .* another at each step/,
    ],
    ['batch norm behind a pool', sequential([4, 4, 1], [conv2d(2, 3), avgPool(2), batchNorm(), lif()]), /batchNorm/],
    ['batch norm of the input', sequential(4, [batchNorm(), dense(2), lif()]), /batchNorm/],
    ['pools of one axis', sequential([4, 1], [avgPool(2), dense(2), lif()]), /avgPool 2/],
    ['delays of synapses', sequential(2, [delayed(dense(2), { perSynapse: [0, 1, 2, 3] }), lif()]), /dense delayed/],
    ['two resets', dense2(lif(), dense(2), lif({ reset: 'zero' })), /layer2 has reset 'zero', and layer1 'subtract'/],
    ['a leak of none and some', dense2(lif({ beta: [1, 0.5, 1, 1, 1, 1, 1, 1] })), /layer1: 'beta' is 1/],
    ['recurrence of an image', sequential([4, 4, 2], [conv2d(2, 3), recurrent(lif())]), /recurrence of a layer/],
  ]
  test.each(refused)('%s', (_, net, message) => {
    expect(() => writeNir(net, started(net), time)).toThrow(
      expect.objectContaining({ code: 'HILLOCK_UNSUPPORTED', message: expect.stringMatching(message) }),
    )
  })

  test('another step than the network was read with, and a snapshot of another', () => {
    const { bytes, options } = writeNir(nets.synaptic!, started(nets.synaptic!), time)
    const { network: net, snapshot } = readNir(bytes, options)
    expect(() => writeNir(net, snapshot, { ...time, dt: 2e-3 })).toThrow(
      expect.objectContaining({ code: 'HILLOCK_OPTION' }),
    )
    expect(() => writeNir(net, new Map(), time)).toThrow(expect.objectContaining({ code: 'HILLOCK_SHAPE' }))
    expect(() => writeNir(net, snapshot, { ...time, method: 'exact' })).toThrow(
      expect.objectContaining({ code: 'HILLOCK_UNSUPPORTED' }),
    )
  })
})
