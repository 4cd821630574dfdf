import { readFileSync } from 'node:fs'
import {
  backward,
  constant,
  createRuntime,
  createSession,
  crossEntropy,
  dense,
  forward,
  leaky,
  oracle,
  recurrent,
  reference,
  type Signals,
  type Snapshot,
  sequential,
} from '@hillock/core'
import { describe, expect, test } from '@jest/globals'
import { bptt } from '../src/index.ts'

type Nested = number | readonly Nested[]
type Rows = readonly (readonly Nested[])[]
type Values = Readonly<Record<string, Nested>>

const golden = (name: string): { inputs: Values; weights: Values; expected: Values } =>
  JSON.parse(readFileSync(new URL(`../../../packages/testkit/golden/${name}.json`, import.meta.url), 'utf8'))
const flat = (value: Nested): number[] => (typeof value === 'number' ? [value] : value.flatMap(flat))
const swapped = (value: Nested): Nested => (value as Rows)[0]!.map((_, j) => (value as Rows).map((row) => row[j]!))
const isMatrix = (value: Nested): boolean => typeof (value as readonly Nested[])[0] !== 'number'
const turned = (value: Nested): Nested => (isMatrix(value) ? swapped(value) : value)

const names = {
  'layer1.weight': 'in_weight',
  'layer1.bias': 'in_bias',
  'layer1.recurrent': 'recurrent_weight',
  'layer2.weight': 'out_weight',
  'layer2.bias': 'out_bias',
}
const progress = { step: 0, steps: 1, epoch: 0, epochs: 1 }

describe.each([
  ['oracle', oracle, 1e-9],
  ['reference', reference, 2e-5],
] as const)('%s gives the values and gradients of torch', (_, create, tolerance) => {
  test.each([
    ['structure_recurrent_lif', 'layer'],
    ['structure_recurrent_one_to_one', 'itself'],
  ] as const)('%s', async (file, to) => {
    const { inputs, weights, expected } = golden(file)
    const network = sequential(5, [dense(6), recurrent(leaky(), { to }), dense(3), leaky({ beta: 0.8 })])
    const shapes = new Map([
      ['layer1.weight', [5, 6]],
      ['layer1.bias', [6]],
      ['layer1.recurrent', to === 'layer' ? [6, 6] : [6]],
      ['layer2.weight', [6, 3]],
      ['layer2.bias', [3]],
    ])
    const snapshot: Snapshot = new Map(
      Object.entries(names).map(([name, key]) => [
        name,
        { shape: shapes.get(name)!, values: Float64Array.from(flat(turned(weights[key]!))) },
      ]),
    )
    const runtime = createRuntime({ network, backend: create(), loss: crossEntropy(), seed: 0, snapshot })
    const put = (shape: number[], values: Nested) => {
      const tensor = runtime.temporary(shape)
      runtime.backend.write(tensor, flat(values))
      return tensor
    }
    const input = put([12, 3, 5], inputs.x!)
    const batch = { input, labels: [0, 0, 0], steps: 12, size: 3, progress }
    const passes = forward(runtime, batch, { learn: true, keep: () => ['v'] })
    expect(Array.from(await runtime.backend.read(passes[0]!.spikes))).toEqual(flat(expected.hidden_spk!))
    expect(Array.from(await runtime.backend.read(passes[1]!.spikes))).toEqual(flat(expected.out_spk!))
    let signals: Signals = { spike: put([12, 3, 3], inputs.cS!), v: put([12, 3, 3], inputs.cV!) }
    for (const pass of passes.toReversed()) {
      const { input, gradients } = await backward(runtime, pass, signals, { input: true })
      signals = { spike: input! }
      for (const [name, tensor] of gradients) {
        const wanted = flat(turned(expected[`grad_${names[name as keyof typeof names]}`]!))
        const found = await runtime.backend.read(tensor)
        const largest = Math.max(...wanted.map(Math.abs))
        const worst = Math.max(...wanted.map((value, i) => Math.abs(value - found[i]!)))
        expect([name, worst / largest < tolerance]).toEqual([name, true])
      }
    }
    await runtime.dispose()
  })
})

test('a diagonal that is not wanted stays 0, and all else is learnt', async () => {
  const network = sequential(4, [dense(6), recurrent(leaky({ beta: 0.5 }), { diagonal: false }), dense(2), leaky()])
  expect(network.toString()).toContain('recurrent leaky')
  const session = createSession({
    network,
    learner: bptt(),
    encoder: constant(),
    loss: crossEntropy(),
    steps: 12,
    seed: 1,
  })
  const before = await session.snapshot()
  const images = Float32Array.from({ length: 40 * 4 }, (_, i) => 2 * (((i * 7) % 5) / 5))
  const labels = Uint8Array.from({ length: 40 }, (_, i) => i % 2)
  const train = { images, labels, count: 40, features: 4, classes: 2 }
  for await (const _ of session.train({ train, test: train }, { epochs: 2, batchSize: 8, test: 'last' }));
  const after = await session.snapshot()
  const [start, end] = [before, after].map((snapshot) => Array.from(snapshot.get('layer1.recurrent')!.values))
  expect(start!.filter((_, i) => i % 7 === 0)).toEqual([0, 0, 0, 0, 0, 0])
  expect(end!.filter((_, i) => i % 7 === 0)).toEqual([0, 0, 0, 0, 0, 0])
  expect(end).not.toEqual(start)
  await session.dispose()
})
