import { crossEntropy, dense, lif, type Neuron, reference, sequential } from '@hillock/core'
import { createRuntime, forward } from '@hillock/core/learner'
import { kWinners, linear } from '@hillock/core/neurons'
import { generator, stream } from '@hillock/core/random'
import { describe, expect, test } from '@jest/globals'
import { listed } from '../src/events.ts'
import type { LayerOptions } from '../src/plan.ts'
import { partsOf, playAll, stages } from './stages.ts'

const random = generator(1, stream.noise)
const noise = (count: number, probability: number) =>
  Float32Array.from({ length: count }, () => (random.uniform() < probability ? 1 : 0))

describe('what is played is what the equations say', () => {
  const [inputs, size, steps] = [10, 41, 30]
  const thresholds = Array.from({ length: size }, () => random.integer(32) / 64)
  // Weights are multiples of 1/64 and factors powers of 2: currents are exact, and no step rounds differently.
  const winning = (options: Parameters<typeof kWinners>[0]) => kWinners({ beta: 0.5, ...options })
  const cases: [string, Neuron, silent?: boolean][] = [
    ['one winner', winning({ k: 1, threshold: 0.5 })],
    ['some winners, thresholds of their own', winning({ k: 5, threshold: thresholds })],
    ['inhibition', winning({ k: 3, threshold: 0.25, resetAmount: 0, inhibition: 0.5 })],
    ['a reset of all', winning({ k: 3, threshold: 0.25, resetAmount: 0, inhibition: 1 })],
    ['as many winners as neurons', winning({ k: size, threshold: 0 })],
    ['no winners', winning({ k: 0, threshold: 0 }), true],
    ['no competition', lif({ beta: 0.5, threshold: 0.5 })],
  ]
  describe.each(cases)('%s', (_, neuron, silence = false) => {
    test.each(stages)('%s', async (_, make) => {
      const network = sequential(inputs, [dense(size), neuron])
      const values = Float32Array.from({ length: inputs * size }, () => random.integer(64) / 64 - 0.25)
      const bias = Float32Array.from({ length: size }, () => random.integer(8) / 64)
      const snapshot = new Map([
        ['layer1.weight', { shape: [inputs, size], values }],
        ['layer1.bias', { shape: [size], values: bias }],
      ])
      const runtime = createRuntime({ network, backend: reference(), loss: crossEntropy(), seed: 0, snapshot })
      const spikes = noise(steps * inputs, 0.3)
      const input = runtime.backend.alloc([steps, 1, inputs], 'spikes')
      runtime.backend.write(input, spikes)
      const progress = { update: 0, updates: 1, epoch: 0, epochs: 1 }
      const [pass] = forward(runtime, { input, labels: [], steps, size: 1, progress })
      const { start, index } = listed(await runtime.backend.read(pass!.spikes), size)
      const wanted = Array.from({ length: steps }, (_, t) => Array.from(index.subarray(start[t], start[t + 1])))
      expect(wanted.flat().length === 0).toBe(silence)

      const silent = { rule: { name: 'none', competes: true } }
      const stage = make(partsOf(network, [silent], [values], [bias]), listed(spikes, inputs), steps)
      const { spikes: found } = playAll(stage, { labels: [0], classes: 1, teacher: [new Uint8Array(steps)] })
      expect(found[0]).toEqual(wanted)
    })
  })
})

describe('WebAssembly does what plain JavaScript does', () => {
  const [inputs, hidden, classes, steps, samples] = [30, 45, 5, 12, 25]
  const oja: LayerOptions = { rule: 'oja', learningRate: 0.05 }
  const supervised: LayerOptions = { rule: 'supervised', learningRate: 0.1, antiHebbianRate: 0.15 }
  const mine = { name: 'mine', competes: true, step: { shrink: 0.1, right: 0.2, wrong: -0.1, taught: 0.3 } }
  test.each<[string, LayerOptions, LayerOptions]>([
    ['Oja and a teacher', oja, supervised],
    [
      'decay and normalisation',
      { ...oja, decay: 0.01, normalize: true },
      { ...supervised, normalize: true, clip: 0.4 },
    ],
    ['recruitment', { ...oja, recruit: true, normalize: true }, { ...supervised, recruit: true, decay: 0.1 }],
    ['neurons that belong to classes', { ...oja, classPartition: true, k: 3 }, { ...supervised, classPartition: true }],
    ['a teacher of neurons that take no part', { ...supervised, classPartition: true }, supervised],
    ['instar and outstar', { rule: 'instar', recruit: true, threshold: 0.5 }, { rule: 'outstar' }],
    ['rules of one’s own, as data', { rule: mine }, { rule: { ...mine, competes: false } }],
    ['factors that fall to nothing', { ...oja, learningRate: 1, decay: 0.9 }, { ...supervised, decay: 0.99 }],
  ])('%s', (_, first, second) => {
    const listens = second.rule === 'outstar' || (typeof second.rule === 'object' && !second.rule.competes)
    const network = sequential(inputs, [
      dense(hidden),
      kWinners({ beta: 0.7, threshold: 0.1, k: 6 }),
      dense(classes),
      listens ? linear() : kWinners({ threshold: 0, inhibition: 0.3 }),
    ])
    const weights = network.layers.map((layer) =>
      Float32Array.from({ length: layer.inputs * layer.size }, () =>
        listens && layer.index === 1 ? -1 : random.normal() / 4,
      ),
    )
    const biases = network.layers.map(({ size }) => Float32Array.from({ length: size }, () => random.uniform() / 8))
    const input = listed(noise(samples * steps * inputs, 0.2), inputs)
    const labels = Array.from({ length: samples }, (_, b) => b % classes)
    const teacher = labels.map(() => Uint8Array.from(noise(steps, 0.5)))
    const clip = second.clip ?? Infinity
    const [plain, simd] = stages.map(([, make]) =>
      playAll(make(partsOf(network, [first, second], weights, biases), input, steps), {
        labels,
        classes,
        teacher,
        clip,
      }),
    )
    expect(plain!.spikes[0]!.flat().length).toBeGreaterThan(samples)
    expect(simd!.spikes).toEqual(plain!.spikes)
    expect(simd!.counts).toEqual(plain!.counts)
    expect(simd!.wins).toEqual(plain!.wins)
    plain!.weights.forEach((wanted, l) => {
      expect(wanted).not.toEqual(Array.from(weights[l]!))
      const worst = Math.max(...wanted.map((value, i) => Math.abs(value - simd!.weights[l]![i]!)))
      expect(worst).toBeLessThan(1e-5 * Math.max(...wanted.map(Math.abs)))
    })
  })
})

test.each(stages)('who does not take part stays silent: %s', (_, make) => {
  const network = sequential(1, [dense(4), kWinners({ k: 4, threshold: 0 })])
  const rule = { rule: { name: 'none', competes: true }, classPartition: true }
  const parts = partsOf(network, [rule], [new Float32Array(4)], [new Float32Array(4).fill(1)])
  const stage = make(parts, listed(new Float32Array(1), 1), 1)
  const { spikes } = playAll(stage, { labels: [1], classes: 2, teacher: [new Uint8Array(1)] })
  expect(spikes).toEqual([[[2, 3]]])
})

test('ties go to the lowest index', () => {
  for (const [, make] of stages) {
    const network = sequential(1, [dense(40), kWinners({ k: 5, threshold: 0 })])
    const values = Float32Array.from({ length: 40 }, (_, j) => (j === 20 || j === 33 ? 3 : j % 2))
    const silent = { rule: { name: 'none', competes: true } }
    const stage = make(partsOf(network, [silent], [values]), listed(Float32Array.of(1), 1), 1)
    const { spikes } = playAll(stage, { labels: [0], classes: 1, teacher: [new Uint8Array(1)] })
    expect(spikes).toEqual([[[1, 3, 5, 20, 33]]])
  }
})
