import { describe, expect, test } from '@jest/globals'
import { share } from '../src/connections/connection.ts'
import { conv2d } from '../src/connections/conv.ts'
import { dense } from '../src/connections/dense.ts'
import { flatten, identity } from '../src/connections/each.ts'
import { avgPool, maxPool } from '../src/connections/pool.ts'
import { crossEntropy } from '../src/losses/cross-entropy.ts'
import { type From, network, neurons, type Population } from '../src/network/graph.ts'
import { type Network, parametersOf } from '../src/network/layer.ts'
import { sequential } from '../src/network/sequential.ts'
import { neuron } from '../src/neuron.ts'
import { leaky } from '../src/neurons/leaky.ts'
import { lif } from '../src/neurons/lif.ts'
import { recurrent } from '../src/neurons/recurrent.ts'
import { sgd } from '../src/optimizers/sgd.ts'
import { reference } from '../src/reference/backend.ts'
import { forward } from '../src/runtime/forward.ts'
import { outputError } from '../src/runtime/output-error.ts'
import { createRuntime } from '../src/runtime/runtime.ts'
import { throughLayers } from '../src/runtime/through-layers.ts'
import { update } from '../src/runtime/update.ts'

const pyramid = neuron({
  name: 'pyramid',
  inputs: ['basal', 'apical'],
  state: { v: 0 },
  equations: 'v = 0.5 * v + basal + 2 * apical\nspike = heaviside(v - 1)',
})

const refused = (code: string, text: string) =>
  expect.objectContaining({ code, message: expect.stringContaining(text) as unknown })
const namesOf = ({ layers }: Network) => layers.flatMap(parametersOf).map(({ name, shape }) => [name, shape])

test('a chain is the same as a sequential network', () => {
  const chain = network(4, (input) => neurons(lif(), [dense(2), neurons(lif(), [dense(3), input])]))
  const wanted = sequential(4, [dense(3), lif(), dense(2), lif()])
  expect(String(chain)).toBe(String(wanted))
  const starts = (made: Network) => made.layers.flatMap(parametersOf).map(({ name, initial }) => [name, initial(7)])
  expect(starts(chain)).toEqual(starts(wanted))
})

describe('names', () => {
  test('of weights from several layers say where they come from', () => {
    const made = network([4, 4, 1], (input) => {
      const a = neurons(lif(), [conv2d(2, 3), input], { name: 'stem' })
      const b = neurons(lif(), [conv2d(2, 3, { padding: 1 }), a], [identity(), a])
      return neurons(
        lif({ learn: ['beta'] }),
        [dense(3), [a, b]],
        [dense(3, { bias: false }), a],
        [flatten(), dense(3), input],
      )
    })
    expect(made.layers.map(({ name, shape }) => [name, shape])).toEqual([
      ['stem', [2, 2, 2]],
      ['layer2', [2, 2, 2]],
      ['layer3', [3]],
    ])
    expect(namesOf(made)).toEqual([
      ['stem.weight', [9, 2]],
      ['stem.bias', [2]],
      ['layer2.stem.weight', [18, 2]],
      ['layer2.stem.bias', [2]],
      ['layer3.stem.weight', [8, 3]],
      ['layer3.stem.bias', [3]],
      ['layer3.layer2.weight', [8, 3]],
      ['layer3.layer2.bias', [3]],
      ['layer3.stem.2.weight', [8, 3]],
      ['layer3.input.weight', [16, 3]],
      ['layer3.input.bias', [3]],
      ['layer3.beta', [1]],
    ])
  })

  test('of connections one behind the other count them', () => {
    const made = sequential([4, 4, 1], [conv2d(2, 3), avgPool(2), dense(3), lif()])
    expect(namesOf(made).map(([name]) => name)).toEqual([
      'layer1.0.weight',
      'layer1.0.bias',
      'layer1.1.weight',
      'layer1.1.bias',
    ])
  })

  test('of a current that a source feeds alone', () => {
    const made = network(3, (input) => {
      const a = neurons(lif(), [dense(2), input])
      return neurons(pyramid(), [dense(4), input, { current: 'basal' }], [dense(4), a, { current: 'apical' }])
    })
    expect(namesOf(made).slice(2)).toEqual([
      ['layer2.input.weight.basal', [3, 4]],
      ['layer2.input.bias.basal', [4]],
      ['layer2.layer1.weight.apical', [2, 4]],
      ['layer2.layer1.bias.apical', [4]],
    ])
  })

  test('of the weights by which neurons reach themselves', () => {
    const made = sequential(2, [dense(3), recurrent(lif()), dense(2), recurrent(leaky(), { to: 'itself' })])
    expect(namesOf(made).filter(([name]) => String(name).endsWith('recurrent'))).toEqual([
      ['layer1.recurrent', [3, 3]],
      ['layer2.recurrent', [2]],
    ])
    const [first, second] = made.layers.map((layer) => parametersOf(layer).at(-1)!.initial(1))
    expect(new Set(first).size).toBe(9)
    expect(new Set(second).size).toBe(2)
  })
})

describe('weights that are shared', () => {
  const tied = share(dense(3))
  const made = network(3, (input) => {
    const a = neurons(leaky(), [tied, input])
    const b = neurons(leaky(), [tied, a])
    return neurons(leaky(), [tied, b], [dense(3), a])
  })

  test('are named after where they stand first, and counted once', () => {
    expect(new Set(namesOf(made).map(([name]) => name))).toEqual(
      new Set(['layer1.weight', 'layer1.bias', 'layer3.layer1.weight', 'layer3.layer1.bias']),
    )
    expect(made.parameters).toBe(2 * (9 + 3))
  })

  test('learn by the sum of their gradients', async () => {
    const runtime = createRuntime({ network: made, backend: reference(), loss: crossEntropy(), seed: 1 })
    const before = await runtime.snapshot()
    const input = runtime.temporary([4, 2, 3])
    runtime.backend.write(
      input,
      Float32Array.from({ length: 24 }, (_, i) => (i % 3) + 0.25),
    )
    const progress = { update: 0, updates: 1, epoch: 0, epochs: 1 }
    const passes = forward(runtime, { input, labels: [0, 1], steps: 4, size: 2, progress }, { learn: true })
    const { signals } = await outputError(runtime, passes.at(-1)!, [0, 1])
    const layers = await throughLayers(runtime, passes, signals)
    const sum = new Float32Array(9)
    for (const { gradients } of layers)
      for (const [i, x] of (await runtime.backend.read(gradients.get('layer1.weight')!)).entries()) sum[i]! += x
    await update(runtime, sgd({ learningRate: 1, momentum: 0 }), layers, progress)
    const after = (await runtime.snapshot()).get('layer1.weight')!.values
    const wanted = Array.from(before.get('layer1.weight')!.values, (x, i) => x - sum[i]!)
    for (const [i, value] of wanted.entries()) expect(after[i]).toBeCloseTo(value, 5)
    expect(sum.some((x) => x !== 0)).toBe(true)
  })

  test('are refused between layers of other sizes', () => {
    const other = share(dense(2))
    expect(() => sequential(3, [other, lif(), other, lif()])).toThrow(
      refused('HILLOCK_SHAPE', 'layer2: shared weights are [2, 2], not [3, 2]'),
    )
  })
})

test('what comes in at every step and what is the same at all add up', async () => {
  const made = network(2, (input) => {
    const ones = { weight: { constant: 1 }, bias: false } as const
    const a = neurons(leaky({ beta: 0, threshold: 0.5 }), [dense(2, ones), input])
    return neurons(leaky({ beta: 0, threshold: 9 }), [dense(1, ones), a], [dense(1, ones), input])
  })
  const runtime = createRuntime({ network: made, backend: reference(), loss: crossEntropy({ on: 'v' }), seed: 1 })
  const input = runtime.temporary([1, 1, 2])
  runtime.backend.write(input, [0.25, 0.5])
  const progress = { update: 0, updates: 1, epoch: 0, epochs: 1 }
  const batch = { input, labels: [0], steps: 2, size: 1, progress }
  const passes = forward(runtime, batch, { learn: true })
  // Both neurons below fire at the first step: 2 spikes and 0.75 of the input.
  expect((await runtime.backend.read(passes[1]!.kept.v!))[0]).toBe(2.75)
  const signal = runtime.temporary([1, 1, 1])
  runtime.backend.write(signal, [1])
  const [last] = await throughLayers(runtime, passes, { v: signal })
  const read = async (name: string) => Array.from(await runtime.backend.read(last!.gradients.get(name)!))
  expect(await read('layer2.input.weight')).toEqual([0.5, 1])
})

describe('refuses', () => {
  const any = (value: unknown) => value as never
  test.each<[string, () => unknown, string, string]>([
    ['no source', () => network(2, () => neurons(lif())), 'HILLOCK_SHAPE', "neurons: 'lif' has no source"],
    [
      'currents of other shapes',
      () => network(2, (input) => neurons(lif(), [dense(2), input], [dense(3), input])),
      'HILLOCK_SHAPE',
      'layer1 is given [2] and [3]',
    ],
    [
      'the input of another network',
      () => {
        let other: From | undefined
        network(2, (input) => {
          other = input
          return neurons(lif(), [dense(2), input])
        })
        return network(2, () => neurons(lif(), [dense(2), other!]))
      },
      'HILLOCK_OPTION',
      'network: a source comes from',
    ],
    [
      'neurons that drive themselves through others',
      () =>
        network(2, (input) => {
          const sources: [ReturnType<typeof dense>, From][] = [[dense(2), input]]
          const a: Population = { neuron: lif(), sources, name: undefined }
          const b = neurons(lif(), [dense(2), a])
          sources.push([dense(2), b])
          return b
        }),
      'HILLOCK_UNSUPPORTED',
      'drives itself through others',
    ],
    [
      'two layers of one name',
      () =>
        network(2, (input) =>
          neurons(lif(), [dense(2), neurons(lif(), [dense(2), input], { name: 'a' })], { name: 'a' }),
        ),
      'HILLOCK_OPTION',
      "two layers are called 'a'",
    ],
    [
      'a name that is not allowed',
      () => network(2, (input) => neurons(lif(), [dense(2), input], { name: 'a.b' })),
      'HILLOCK_OPTION',
      "neurons: 'name' is 'a.b'",
    ],
    [
      'a current that there is not',
      () => network(2, (input) => neurons(lif(), [dense(2), input, { current: 'apical' }])),
      'HILLOCK_OPTION',
      "'apical'",
    ],
    [
      'a current that nothing feeds',
      () => network(2, (input) => neurons(pyramid(), [dense(2), input, { current: 'apical' }])),
      'HILLOCK_OPTION',
      "'basal'",
    ],
    [
      'neurons among connections',
      () => network(2, (input) => neurons(lif(), [any(lif()), input])),
      'HILLOCK_OPTION',
      'part 1 of a source is neurons',
    ],
    ['no neurons', () => network(2, () => any(undefined)), 'HILLOCK_OPTION', 'what write returns'],
    [
      'a pool of what has no axes',
      () => network(2, (input) => neurons(lif(), [maxPool(2), dense(3), input])),
      'HILLOCK_SHAPE',
      'maxPool',
    ],
  ])('%s', (_, make, code, text) => {
    expect(make).toThrow(refused(code, text))
  })
})
