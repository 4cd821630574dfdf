import { readFileSync } from 'node:fs'
import { wasm } from '@hillock/backend-wasm'
import {
  constant,
  createSession,
  crossEntropy,
  encoder,
  type Learner,
  reference,
  rows,
  type Session,
} from '@hillock/core'
import { type NirOptions, presets, type ReadNir, readNir } from '@hillock/nir'
import { thorough, whereFound } from '@hillock/testing'
import { describe, expect, test } from '@jest/globals'
import { bytesOf, data, textOf, unpacked } from './data.ts'

const options: NirOptions = { dt: 1e-4, timeUnit: 's', method: 'euler', reset: 'zero' }
interface Expected {
  readonly labels: number[]
  readonly expected: Readonly<Record<'zero' | 'subtract', { readonly output_counts: number[][] }>>
}
const golden: Expected = JSON.parse(
  readFileSync(new URL('../../testkit/golden/structure_nir_cnn_nmnist.json', import.meta.url), 'utf8'),
)
const learner: Learner = { name: 'none', step: async () => ({ loss: 0, correct: 0 }) }
const read = (name: string, more: Partial<NirOptions> = {}) =>
  readNir(bytesOf(`nir/${name}.nir`), { ...options, ...more })

/** Sums of weights as they stand in the file, matrices and kernels alike. */
const sums = ({ snapshot }: ReadNir, what: RegExp) =>
  Object.fromEntries(
    [...snapshot]
      .filter(([name]) => what.test(name))
      .map(([name, { values }]) => [name, [...values].reduce((a, b) => a + b, 0)]),
  )

/** Labels and, for each sample of N-MNIST, spikes [300, 34, 34, 2] in bins of 1 ms. */
function nMnist(count: number): { readonly labels: number[]; readonly images: Float32Array } {
  const files = unpacked('events/nmnist_small.tar.gz')
  const lines = Buffer.from(files.get('test100.txt')!)
    .toString()
    .trim()
    .split('\n')
    .slice(1, count + 1)
  const [labels, images] = [[] as number[], new Float32Array(count * 300 * 2312)]
  for (const [i, line] of lines.entries()) {
    const [sample, label] = line.split('\t').map(Number)
    labels.push(label!)
    const events = files.get(`${sample}.bs2`)!
    for (let at = 0; at < events.length; at += 5) {
      const [x, y, high, middle, low] = events.subarray(at, at + 5) as unknown as [
        number,
        number,
        number,
        number,
        number,
      ]
      const step = Math.floor((((high & 127) << 16) | (middle << 8) | low) / 1000)
      if (step < 300) images[(i * 300 + step) * 2312 + (y * 34 + x) * 2 + (high >> 7)] = 1
    }
  }
  return { labels, images }
}

/** Spikes as they are. */
const asTheyAre = encoder({ name: 'asTheyAre', equations: 'spike = heaviside(input - 0.5)', range: [0, 1] })

async function countsOf({ network, snapshot }: ReadNir, images: Float32Array, count: number): Promise<number[][]> {
  const backend = await wasm()
  const session: Session = createSession({
    network,
    learner,
    encoder: rows(asTheyAre()),
    loss: crossEntropy(),
    steps: 300,
    snapshot,
    backend,
  })
  const { scores } = await session.predict({ images, count, features: 300 * 2312 })
  await session.dispose()
  return Array.from({ length: count }, (_, i) => [...scores.subarray(10 * i, 10 * i + 10)])
}

whereFound('files of the NIR paper', data, () => {
  test('lif_norse is one LIF behind an Affine', () => {
    const { network, snapshot, notes } = read('lif_norse')
    const [layer] = network.layers
    expect([network.layers.length, network.shape, layer!.name, layer!.neuron.name]).toEqual([1, [1], 'node1', 'nirLIF'])
    const f32 = Math.fround
    expect(layer!.neuron.params).toEqual({
      tau: f32(0.0025),
      r: 1,
      v_leak: 0,
      v_threshold: f32(0.1),
      v_reset: 0,
      dt: 1e-4,
    })
    expect([...snapshot].map(([name, { values }]) => [name, ...values])).toEqual([
      ['node1.weight', 1],
      ['node1.bias', 0],
    ])
    expect(notes).toEqual([])
  })

  test('lif_rockpool has another resistance, and an Output of another shape', () => {
    const { network, snapshot, notes } = read('lif_rockpool')
    expect(network.layers[0]!.neuron.params.r).toBeCloseTo(24.0197, 4)
    expect([...[...snapshot.values()][0]!.values]).toEqual([Math.fround(0.04)])
    expect(notes.map(({ node, field }) => [node, field])).toEqual([['output', 'shape']])
  })

  test('two_lif_neurons are two layers with leaks of their own', () => {
    const { network } = read('two_lif_neurons')
    expect(
      network.layers.map(({ name, neuron: { params } }) => [name, params.tau, params.v_leak, params.v_threshold]),
    ).toEqual([
      ['lif1', 0.01, 1.2, 1],
      ['lif2', 0.01, 0, 20],
    ])
  })

  test('cnn_sinabs has its layers in their order, with an array for each parameter', () => {
    const found = read('cnn_sinabs')
    const { network, notes } = found
    expect([network.shape, ...network.layers.map(({ shape }) => shape)]).toEqual([
      [34, 34, 2],
      [16, 16, 16],
      [16, 16, 16],
      [8, 8, 8],
      [256],
      [10],
    ])
    expect(network.layers.map(({ name }) => name)).toEqual(['node1', 'node3', 'node6', 'node10', 'node12'])
    expect(network.layers.map(({ neuron }) => (neuron.params.v_threshold as number[]).length)).toEqual([
      4096, 4096, 512, 256, 10,
    ])
    const expected = { node1: -10.7444, node3: -16.8251, node6: -11.4463, node10: -803.601, node12: -73.6902 }
    for (const [name, sum] of Object.entries(expected))
      expect(sums(found, /weight/)[`${name}.weight`]).toBeCloseTo(sum, 3)
    expect(notes).toEqual([])
  })

  test.each([
    [
      'braille_noDelay_bias_zero',
      38,
      { lif1_lif: -202.84, 'lif1_lif.recurrent': -401.917, lif2: -9.72257 },
      [9.999998, 0.000222222, 2.222222],
    ],
    [
      'braille_noDelay_noBias_subtract',
      40,
      { lif1_lif: -165.592, 'lif1_lif.recurrent': -291.268, lif2: 1.72864 },
      [6.666668, 0.0004, 4],
    ],
  ])('%s is recurrent', (name, size, expected, first) => {
    const found = read(name)
    const [layer, last] = found.network.layers
    expect([layer!.size, last!.size, layer!.neuron.name]).toEqual([size, 7, 'recurrent nirCubaLIF'])
    const weights = sums(found, /weight|recurrent/)
    for (const [own, sum] of Object.entries(expected))
      expect(weights[own] ?? weights[`${own}.weight`]).toBeCloseTo(sum, 2)
    const { r, tau_syn, w_in } = layer!.neuron.params as Record<string, number[]>
    expect([r, tau_syn, w_in].map((values) => values![0])).toEqual(first.map((value) => expect.closeTo(value, 6)))
  })

  test.each(['braille_noDelay_bias_zero_subgraph', 'braille_noDelay_noBias_subtract_subgraph'])(
    '%s is refused: an edge of it names no node',
    (name) => {
      expect(() => read(name)).toThrow(
        expect.objectContaining({
          code: 'HILLOCK_DATA_DAMAGED',
          message: expect.stringMatching(/'lif1' has no node 'lif'[\s\S]*'lif1'/),
        }),
      )
    },
  )

  describe('lif_traces', () => {
    const traces = (name: string) =>
      textOf(`nir/lif_traces/lif_${name}.csv`)
        .trim()
        .split('\n')
        .map((line) => line.split(',').map(Number) as [number, number, number])
    const spikesOf = (name: string) => traces(name).flatMap(([, , spike], t) => (spike ? [t] : []))

    async function run(file: string, more: Partial<NirOptions>) {
      const { network, snapshot } = read(file, more)
      const session = createSession({
        network,
        learner,
        snapshot,
        encoder: rows(constant()),
        loss: crossEntropy(),
        steps: 1000,
        backend: reference(),
      })
      const images = Float32Array.from(traces('norse'), ([input]) => input)
      return session.observe({ images, count: 1, features: 1000 }, async ([layer], backend) => {
        const spikes = await backend.read(layer!.spikes)
        return { v: await backend.read(layer!.kept.v!), spikes: [...spikes].flatMap((spike, t) => (spike ? [t] : [])) }
      })
    }

    test('euler is what Norse does, membrane for membrane', async () => {
      const { v, spikes } = await run('lif_norse', presets.norse)
      const membranes = traces('norse').map(([, membrane]) => membrane)
      expect(Math.max(...membranes.map((membrane, t) => Math.abs(membrane - v[t]!)))).toBeLessThan(5e-8)
      expect([spikes, spikes]).toEqual([spikesOf('norse'), spikesOf('snntorch')])
    })

    test('exact fires when the exact solution does', async () => {
      const { v, spikes } = await run('lif_norse', { method: 'exact' })
      expect(spikes).toEqual(spikesOf('exact'))
      expect(v[60]).toBeCloseTo(traces('exact')[60]![1], 5)
    })

    test('an exponential leak that does not scale the input fires as Sinabs and Rockpool do', async () => {
      const { spikes } = await run('lif_rockpool', { method: 'exact', scaled: false })
      expect([spikes, spikes]).toEqual([spikesOf('sinabs'), spikesOf('rockpool')])
    })
  })

  const few = 4
  test.each(['zero', 'subtract'] as const)('cnn_sinabs counts on N-MNIST as it should: reset %s', async (reset) => {
    const { images } = nMnist(few)
    expect(await countsOf(read('cnn_sinabs', { reset }), images, few)).toEqual(
      golden.expected[reset].output_counts.slice(0, few),
    )
  })

  whereFound('all 100 samples', thorough, () => {
    test.each([
      ['zero', 1],
      ['subtract', 0.98],
    ] as const)('reset %s: accuracy %f', async (reset, accuracy) => {
      const { labels, images } = nMnist(100)
      const counts = await countsOf(read('cnn_sinabs', { reset }), images, 100)
      expect(counts).toEqual(golden.expected[reset].output_counts)
      expect(labels).toEqual(golden.labels)
      expect(labels.filter((label, i) => counts[i]!.indexOf(Math.max(...counts[i]!)) === label).length / 100).toBe(
        accuracy,
      )
    })
  })
})
