import {
  batchNorm,
  constant,
  conv2d,
  createSession,
  crossEntropy,
  dense,
  type Learner,
  leaky,
  lif,
  type Network,
  recurrent,
  reference,
  rows,
  type SavedTensor,
  type Snapshot,
  sequential,
  sumPool,
} from '@hillock/core'
import { linear, relu } from '@hillock/core/neurons'
import { torchWeights } from '@hillock/nir'
import { flat, golden } from '@hillock/testing'
import { describe, expect, test } from '@jest/globals'

const learner: Learner = { name: 'none', step: async () => ({ loss: 0, correct: 0 }) }

type Given = readonly [shape: readonly number[], values: readonly number[]]

/** A state dict: shapes, and values that are counted out or given. */
function stateDict(
  given: Readonly<Record<string, readonly number[] | readonly [readonly number[], readonly number[]]>>,
): Map<string, SavedTensor> {
  return new Map(
    Object.entries(given).map(([name, one]) => {
      const [shape, values] = (Array.isArray(one[0]) ? one : [one, undefined]) as [number[], number[] | undefined]
      const size = shape.reduce((product, n) => product * n, 1)
      return [
        name,
        { shape, values: Float32Array.from({ length: size }, (_, i) => values?.[i] ?? ((i * 37) % 64) / 32 - 1) },
      ]
    }),
  )
}

/** What the last layer gives for one input, [T, N]. */
async function outputs(network: Network, snapshot: Snapshot, input: readonly number[], steps = 1): Promise<number[]> {
  const session = createSession({
    network,
    snapshot,
    learner,
    encoder: rows(constant()),
    loss: crossEntropy(),
    steps,
    backend: reference(),
  })
  const images = Float32Array.from(input)
  return session.observe({ images, count: 1, features: images.length }, async (passes, backend) => [
    ...(await backend.read(passes.at(-1)!.spikes)),
  ])
}

test('snnTorch: the same spikes, with a leak and a threshold that were learnt', async () => {
  const { inputs, weights, expected } = golden('snntorch_leaky_learn_beta_threshold')
  const [hidden, out] = [weights.b1 as number[], weights.b2 as number[]]
  const x = inputs.x as number[][][]
  const dict = stateDict({
    'fc1.weight': [[hidden.length, x[0]![0]!.length], flat(weights.W1!)],
    'fc1.bias': [[hidden.length], hidden],
    'fc2.weight': [[out.length, hidden.length], flat(weights.W2!)],
    'fc2.bias': [[out.length], out],
    ...Object.fromEntries(
      ['lif1', 'lif2'].flatMap((name) => [
        [`${name}.beta`, [[], [0.8]]],
        [`${name}.threshold`, [[], [0.9]]],
        [`${name}.reset_mechanism_val`, [[], [0]]],
        [`${name}.graded_spikes_factor`, [[], [1]]],
        [`${name}.mem`, [[], [0]]],
      ]),
    ),
  })
  const neuron = () => leaky({ learn: ['beta', 'threshold'] })
  const network = sequential(x[0]![0]!.length, [dense(hidden.length), neuron(), dense(out.length), neuron()])
  const named = { weights: { layer1: 'fc1', layer2: 'fc2' }, neurons: { layer1: 'lif1', layer2: 'lif2' } }
  const { snapshot, unused } = torchWeights(network, dict, named)
  expect(unused).toEqual(['lif1.mem', 'lif2.mem'])
  expect([...snapshot.get('layer1.beta')!.values]).toEqual([Math.fround(0.8)])
  for (const [b] of x[0]!.entries()) {
    const spikes = await outputs(
      network,
      snapshot,
      x.flatMap((step) => step[b]!),
      x.length,
    )
    expect(spikes).toEqual((expected.l2_spk as number[][][]).flatMap((step) => step[b]!))
  }
})

test('a leak for each channel, and a threshold for each neuron, channels first', () => {
  const network = (beta: readonly number[], learn: readonly ('beta' | 'threshold')[]) =>
    sequential([2, 3, 1], [conv2d(2, 1), leaky({ beta, learn, threshold: 1 }), dense(2), leaky()])
  const named = { weights: { layer1: 'conv', layer2: 'fc' }, neurons: { layer1: 'lif' } }
  const shapes = { 'conv.weight': [2, 1, 1, 1], 'conv.bias': [2], 'fc.weight': [2, 12], 'fc.bias': [2] } as const
  const dict = (beta: Given) => stateDict({ ...shapes, 'lif.beta': beta })
  const read = (beta: readonly number[], given: Given) =>
    torchWeights(network(beta, ['beta']), dict(given), named).snapshot.get('layer1.beta')!
  const perChannel = read(
    [0, 0],
    [
      [2, 1, 1],
      [0.25, 0.75],
    ],
  )
  expect([perChannel.shape, [...perChannel.values]]).toEqual([[2], [0.25, 0.75]])
  const own = Array.from({ length: 12 }, (_, i) => i / 16)
  const inOurs = Array.from({ length: 12 }, (_, n) => own[(n % 2) * 6 + Math.floor(n / 2)])
  expect([...read(own, [[2, 2, 3], own]).values]).toEqual(inOurs)
  expect([
    ...read(own, [
      [2, 1, 1],
      [0.25, 0.75],
    ]).values,
  ]).toEqual(own.map((_, n) => [0.25, 0.75][n % 2]))
  torchWeights(
    network([0.25, 0.75], []),
    dict([
      [2, 1, 1],
      [0.25, 0.75],
    ]),
    named,
  )
  for (const wrong of [
    [[2, 2, 3], own],
    [[2], [0.25, 0.75]],
  ] as Given[])
    expect(() => read([0, 0], wrong)).toThrow(expect.objectContaining({ code: 'HILLOCK_SHAPE' }))
})

test('nn.Sequential: convolution, pool, a matrix behind a flattened image, in the order of channels first', async () => {
  const [height, width] = [5, 4]
  const dict = stateDict({ '0.weight': [3, 2, 2, 3], '0.bias': [3], '4.weight': [2, 3 * 2 * 1] })
  const network = sequential(
    [height, width, 2],
    [conv2d(3, [2, 3]), relu(), sumPool(2), dense(2, { bias: false }), linear()],
  )
  const { snapshot, unused } = torchWeights(network, dict, { weights: { layer1: '0', layer2: '4' } })
  expect(unused).toEqual([])
  const image = (y: number, x: number, c: number) => ((y * 7 + x * 3 + c) % 8) / 4
  const input = Array.from({ length: height * width * 2 }, (_, i) =>
    image(Math.floor(i / 2 / width), Math.floor(i / 2) % width, i % 2),
  )
  const [kernel, bias, matrix] = ['0.weight', '0.bias', '4.weight'].map((name) => dict.get(name)!.values) as [
    Float32Array,
    Float32Array,
    Float32Array,
  ]
  const convolved = (o: number, y: number, x: number) => {
    let sum = bias[o]!
    for (let c = 0; c < 2; c++)
      for (let i = 0; i < 2; i++)
        for (let j = 0; j < 3; j++) sum += kernel[((o * 2 + c) * 2 + i) * 3 + j]! * image(y + i, x + j, c)
    return Math.max(0, sum)
  }
  const pooled = Array.from({ length: 6 }, (_, i) => {
    const [o, y] = [Math.floor(i / 2), 2 * (i % 2)]
    return convolved(o, y, 0) + convolved(o, y, 1) + convolved(o, y + 1, 0) + convolved(o, y + 1, 1)
  })
  const wanted = [0, 1].map((unit) => pooled.reduce((sum, value, i) => sum + value * matrix[unit * 6 + i]!, 0))
  expect(await outputs(network, snapshot, input)).toEqual(wanted)
})

test('recurrent cells: biases are fused, Norse has names of its own, one weight for each neuron', () => {
  const network = sequential(2, [dense(2), recurrent(leaky({ reset: 'zero' }))])
  const snn = stateDict({
    'fc.weight': [
      [2, 2],
      [1, 2, 3, 4],
    ],
    'fc.bias': [[2], [1, 2]],
    'rlif.recurrent.weight': [
      [2, 2],
      [5, 6, 7, 8],
    ],
    'rlif.recurrent.bias': [[2], [10, 20]],
    'rlif.reset_mechanism_val': [[], [1]],
  })
  const { snapshot } = torchWeights(network, snn, { weights: { layer1: 'fc' }, neurons: { layer1: 'rlif' } })
  expect([...snapshot].map(([name, { values }]) => [name, ...values])).toEqual([
    ['layer1.weight', 1, 3, 2, 4],
    ['layer1.bias', 11, 22],
    ['layer1.recurrent', 5, 7, 6, 8],
  ])

  const norse = sequential(2, [dense(2, { bias: false }), recurrent(lif())])
  const cell = stateDict({
    '0.input_weights': [
      [2, 2],
      [1, 2, 3, 4],
    ],
    '0.recurrent_weights': [
      [2, 2],
      [5, 6, 7, 8],
    ],
  })
  const found = torchWeights(norse, cell, { weights: { layer1: '0' } })
  expect([...found.snapshot.values()].map(({ values }) => [...values])).toEqual([
    [1, 3, 2, 4],
    [5, 7, 6, 8],
  ])

  const own = sequential(2, [dense(2, { bias: false }), recurrent(leaky(), { to: 'itself' })])
  const each = stateDict({ 'fc.weight': [2, 2], 'rlif.recurrent.V': [[1], [0.5]] })
  expect([
    ...torchWeights(own, each, { weights: { layer1: 'fc' }, neurons: { layer1: 'rlif' } }).snapshot.get(
      'layer1.recurrent',
    )!.values,
  ]).toEqual([0.5, 0.5])
})

test('SpikingJelly: batch norm with its statistics', () => {
  const network = sequential(3, [dense(2, { bias: false }), batchNorm(), lif()])
  const norm = {
    '1.weight': [[2], [1, 2]],
    '1.bias': [[2], [3, 4]],
    '1.running_mean': [[2], [5, 6]],
    '1.running_var': [[2], [7, 8]],
    '1.num_batches_tracked': [[], [9]],
  } as const
  const { snapshot, unused } = torchWeights(network, stateDict({ '0.weight': [2, 3], ...norm }), {
    weights: { layer1: '0', 'layer1.norm': '1' },
  })
  expect(unused).toEqual(['1.num_batches_tracked'])
  expect([...snapshot].slice(1).map(([name, { values }]) => [name, ...values])).toEqual([
    ['layer1.norm.weight', 1, 2],
    ['layer1.norm.bias', 3, 4],
    ['layer1.norm.mean', 5, 6],
    ['layer1.norm.variance', 7, 8],
  ])
})

describe('refuses', () => {
  const network = sequential(3, [dense(2), leaky()])
  const sound = { 'fc.weight': [2, 3], 'fc.bias': [2] } as const
  const turned = { ...sound, 'fc.weight': [3, 2] } as const
  const named = { weights: { layer1: 'fc' }, neurons: { layer1: 'lif' } }
  const bare = sequential(3, [dense(2, { bias: false }), leaky()])
  test.each<[string, Network, Parameters<typeof stateDict>[0], Parameters<typeof torchWeights>[2], string, RegExp]>([
    ['another shape', network, turned, named, 'SHAPE', /'fc\.weight' .* shape \[3,2\], and the network wants \[2,3\]/],
    ['a missing tensor', network, { 'fc.weight': [2, 3] }, named, 'SHAPE', /'fc\.bias' is missing/],
    ['a bias that is not here', bare, sound, named, 'SHAPE', /has no bias/],
    [
      'another leak',
      network,
      { ...sound, 'lif.beta': [[], [0.8]] },
      named,
      'OPTION',
      /'lif\.beta' is 0\.8\d*, and 'beta' of layer1 is 0\.8999/,
    ],
    [
      'another reset',
      network,
      { ...sound, 'lif.reset_mechanism_val': [[], [1]] },
      named,
      'OPTION',
      /'lif' resets by 'zero', and layer1 by 'subtract'/,
    ],
    [
      'graded spikes',
      network,
      { ...sound, 'lif.graded_spikes_factor': [[], [2]] },
      named,
      'OPTION',
      /graded_spikes_factor' is 2/,
    ],
    [
      'a layer that there is not',
      network,
      sound,
      { weights: { ...named.weights, layer2: 'fc' } },
      'OPTION',
      /weights has 'layer2'/,
    ],
    [
      'neurons that there are not',
      network,
      sound,
      { ...named, neurons: { layer: 'lif' } },
      'OPTION',
      /neurons has 'layer'/,
    ],
    ['a layer without a module', network, sound, { weights: {} }, 'SHAPE', /the module of 'layer1' is missing/],
  ])('%s', (_, net, dict, modules, code, message) => {
    expect(() => torchWeights(net, stateDict(dict), modules)).toThrow(
      expect.objectContaining({ code: `HILLOCK_${code}`, message: expect.stringMatching(message) }),
    )
  })
})
