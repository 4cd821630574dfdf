import { describe, expect, test } from '@jest/globals'
import { batchNorm } from '../src/connections/batch-norm.ts'
import { type Connection, share } from '../src/connections/connection.ts'
import { conv1d, conv2d } from '../src/connections/conv.ts'
import { delayed } from '../src/connections/delayed.ts'
import { dense } from '../src/connections/dense.ts'
import { dropout } from '../src/connections/dropout.ts'
import { identity } from '../src/connections/each.ts'
import { avgPool, maxPool } from '../src/connections/pool.ts'
import { sparse } from '../src/connections/sparse.ts'
import { network, neurons } from '../src/network/graph.ts'
import { parametersOf, weightNames } from '../src/network/layer.ts'
import { sequential } from '../src/network/sequential.ts'
import { neuron } from '../src/neuron.ts'
import { lif } from '../src/neurons/lif.ts'
import { recurrent } from '../src/neurons/recurrent.ts'

const twoInputs = neuron({
  name: 'pyramid',
  inputs: ['basal', 'apical'],
  state: { v: 0 },
  equations: 'v = 0.5 * v + basal + 2 * apical\nspike = heaviside(v - 1)',
})

const refused = (code: string, text: string) =>
  expect.objectContaining({ code, message: expect.stringContaining(text) as unknown })

test('a network says what its layers are', () => {
  const network = sequential(784, [dense(128), lif({ learn: ['beta'] }), dense(10, { bias: false }), lif()])
  expect(String(network).split('\n')).toEqual([
    'layer   connection  neurons            count  parameters',
    'input                                    784',
    'layer1  dense       lif (learns beta)    128      100481',
    'layer2  dense       lif                   10        1280',
    'total                                             101761',
  ])
  expect(network.parameters).toBe(784 * 128 + 128 + 1 + 128 * 10)
  expect(network.layers.map(({ name, inputs, size }) => [name, inputs, size])).toEqual([
    ['layer1', 784, 128],
    ['layer2', 128, 10],
  ])
})

test.each<[string, number | number[], Connection[], string]>([
  ['a convolution', [8, 8, 1], [conv2d(2, 5, { stride: 2 }), maxPool(2)], 'conv2d 5x5 stride 2, maxPool 2'],
  [
    'unlike axes',
    [8, 8, 2],
    [conv2d(2, [3, 1], { stride: [2, 1], padding: 1, groups: 2 })],
    'conv2d 3x1 stride 2x1 padding 1 groups 2',
  ],
  ['same padding', [8, 1], [conv1d(2, 3, { padding: 'same', dilation: 2 })], 'conv1d 3 padding same dilation 2'],
  ['a pool that overlaps', [8, 8, 1], [avgPool(3, { stride: 2, padding: 1 })], 'avgPool 3 stride 2 padding 1'],
  ['batch norm and dropout', 8, [dropout(0.2), dense(4), batchNorm()], 'dropout 0.2, dense, batchNorm'],
  ['a density', 20, [sparse(4, { density: 0.1 })], 'sparse 10 %'],
  ['a fan-in', 20, [sparse(4, { fanIn: 3 })], 'sparse fan-in 3'],
  ['one delay', [4, 1], [delayed(conv1d(2, 1), { steps: 3 })], 'conv1d 1 delayed 3'],
  ['a delay for each input', 4, [delayed(dense(2), { perInput: [0, 1, 2, 3] })], 'dense delayed'],
  ['no weights', 4, [identity()], 'identity'],
])('the table says what the connection is: %s', (_, inputs, connections, expected) => {
  const row = String(sequential(inputs, [...connections, lif()])).split('\n')[2]!
  expect(row.split(/ {2,}/)[1]).toBe(expected)
})

test('the table says what else drives a layer, and whose weights it shares', () => {
  const own = share(dense(4))
  const made = network(4, (input) => {
    const a = neurons(recurrent(lif()), [own, input])
    const b = neurons(lif(), [own, a], [identity(), input])
    return neurons(twoInputs(), [dense(2), b])
  })
  const rows = String(made).split('\n').slice(2, 5)
  expect(rows.map((row) => row.split(/ {2,}/)[1])).toEqual([
    'dense + recurrent',
    'dense shared with layer1 + identity of input',
    'dense',
  ])
})

test('each current of a neuron has weights of its own', () => {
  const [layer] = sequential(3, [dense(2), twoInputs()]).layers
  const found = parametersOf(layer!)
  expect(found.map(({ name, shape }) => [name, shape])).toEqual([
    ['layer1.weight.basal', [3, 2]],
    ['layer1.bias.basal', [2]],
    ['layer1.weight.apical', [3, 2]],
    ['layer1.bias.apical', [2]],
  ])
  expect(weightNames(layer!, 'apical')).toEqual({ weight: 'layer1.weight.apical', bias: 'layer1.bias.apical' })
  const starts = found.map(({ initial }) => String(initial(0)))
  expect(new Set(starts).size).toBe(4)
})

test('weights follow from the seed and differ from layer to layer', () => {
  const { layers } = sequential(4, [dense(4), lif(), dense(4), lif()])
  const [one, two] = layers.map((layer) => parametersOf(layer)[0]!.initial)
  expect(one!(1)).toEqual(one!(1))
  expect(one!(1)).not.toEqual(one!(2))
  expect(one!(1)).not.toEqual(two!(1))
})

test('a learnt parameter is one number for the layer, or one for each neuron', () => {
  const { layers } = sequential(2, [dense(3), lif({ beta: 0.5, threshold: [1, 2, 3], learn: ['beta', 'threshold'] })])
  const own = parametersOf(layers[0]!).slice(2)
  expect(own.map(({ name, shape, initial }) => [name, shape, [...initial(0)]])).toEqual([
    ['layer1.beta', [1], [0.5]],
    ['layer1.threshold', [3], [1, 2, 3]],
  ])
})

describe('sequential refuses', () => {
  test.each([
    ['no parts', () => sequential(2, []), 'there are no parts'],
    ['a connection without neurons', () => sequential(2, [dense(3)]), 'part 1 is a connection without neurons'],
    ['neurons without a connection', () => sequential(2, [lif(), dense(3)]), 'part 1 is neurons without a connection'],
    ['neurons in a row', () => sequential(2, [dense(3), lif(), lif()]), 'part 3 is neurons without a connection'],
    ['connections at the end', () => sequential(2, [dense(3), lif(), dense(3), dense(3)]), 'part 4 is a connection'],
    ['a shape without axes', () => sequential([], [dense(3), lif()]), '[] inputs'],
    ['a shape that a connection cannot take', () => sequential([2, 2, 1], [conv2d(3, 5), lif()]), 'conv2d'],
    ['no inputs', () => sequential(0, [dense(3), lif()]), '0 inputs'],
    ['a part of an input', () => sequential(2.5, [dense(3), lif()]), '2.5 inputs'],
    [
      'too few starts of a state',
      () => {
        const given = neuron({ name: 'given', state: { v: [0, 1] }, equations: 'v = 0.5 * v + input\nspike = v' })
        return sequential(2, [dense(3), given()])
      },
      "layer1: 'v' of given has 2 values for 3 neurons",
    ],
    ['too few values', () => sequential(2, [dense(3), lif({ beta: [0.5, 0.6] })]), "'beta' of lif has 2 values"],
  ])('%s', (_, make, text) => {
    expect(make).toThrow(refused('HILLOCK_SHAPE', text))
  })

  test('a learnable parameter called as the weights are', () => {
    const own = neuron({ name: 'own', params: { bias: 1 }, equations: 'spike = input + bias' })
    expect(() => sequential(2, [dense(3), own({ learn: ['bias'] })])).toThrow(
      refused('HILLOCK_OPTION', "'layer1.bias'"),
    )
    expect(sequential(2, [dense(3), own()]).parameters).toBe(9)
  })

  test.each([0, -1, 1.5, Number.NaN])('%d units', (units) => {
    expect(() => dense(units)).toThrow(refused('HILLOCK_OPTION', `dense: 'units' is ${units}`))
  })
})

describe('parts that are none', () => {
  const any = (value: unknown) => value as never
  test.each<[string, () => unknown, string]>([
    [
      'a neuron that was not called',
      () => sequential(2, [dense(3), any(lif)]),
      "sequential: 'part 2' is the function 'lif'\ncall it: lif()",
    ],
    [
      'a connection that was not called',
      () => sequential(2, any([dense, lif()])),
      "sequential: 'part 1' is the function 'dense'\ncall it: dense()",
    ],
    [
      'a connection made by hand',
      () => sequential(2, [any({ kind: 'dense', units: 3 }), lif()]),
      "sequential: part 1: 'weight' is missing",
    ],
    [
      'one without a bias',
      () => sequential(2, [any({ kind: 'dense', units: 3, weight: 'zeros' }), lif()]),
      "sequential: part 1: 'bias' is missing",
    ],
    [
      'one that does not connect',
      () => sequential(2, [any({ ...dense(3), connect: undefined }), lif()]),
      "sequential: part 1: 'connect' is missing\ngive a function",
    ],
    [
      'a neuron made by hand',
      () => sequential(2, [dense(3), any({ name: 'lif', beta: 0.9 })]),
      "sequential: 'part 2' is an object\ngive a connection or neurons",
    ],
    [
      'a neuron by its name',
      () => sequential(2, [dense(3), any('lif')]),
      "sequential: 'part 2' is 'lif'\ngive a connection or neurons",
    ],
    ['null', () => sequential(2, [dense(3), any(null)]), "sequential: 'part 2' is null"],
    ['a hole', () => sequential(2, [dense(3), any(undefined)]), "sequential: 'part 2' is missing"],
    [
      'parts without a list',
      () => sequential(2, any(dense(3))),
      "sequential: 'parts' is an object\nwrite a connection",
    ],
    ['no parts at all', () => sequential(2, any(undefined)), "sequential: 'parts' is missing\nwrite a connection"],
    ['a misspelt option', () => dense(3, any({ biass: false })), "dense has no option 'biass'\ndid you mean 'bias'?"],
    ['null for no bias', () => dense(3, any({ bias: null })), "dense: 'bias' is null"],
    [
      'a misspelt initializer',
      () => dense(3, any({ weight: 'heUnifrom' })),
      "dense: 'weight' is 'heUnifrom'\ndid you mean 'heUniform'?",
    ],
    [
      'an initializer of two kinds',
      () => dense(3, any({ weight: { uniform: 1, normal: 1 } })),
      "dense: 'weight' is an object\nthere are torchLinear",
    ],
    [
      'one without numbers',
      () => dense(3, any({ weight: { uniform: [0] } })),
      "dense: 'weight' is an object\ngive a number as uniform, or a list of two",
    ],
    [
      'one that is no number',
      () => dense(3, any({ bias: { constant: Number.NaN } })),
      "dense: 'bias' is an object\ngive a number as constant",
    ],
    ['units as a text', () => dense(any('3')), "dense: 'units' is '3'\ngive a whole number from 1"],
    ['options in place of units', () => dense(any({ units: 3 })), "dense: 'units' is an object"],
  ])('%s: is refused', (_, make, text) => {
    expect(make).toThrow(refused('HILLOCK_OPTION', text))
  })
})
