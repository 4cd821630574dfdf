import { readFileSync } from 'node:fs'
import { type Backend, crossEntropy, dense, reference, sequential } from '@hillock/core'
import { oracle } from '@hillock/core/backend'
import { createRuntime, forward } from '@hillock/core/learner'
import { kWinners } from '@hillock/core/neurons'
import { describe, expect, test } from '@jest/globals'
import { listed } from '../src/events.ts'
import { plainStage } from '../src/plain-stage.ts'
import { type MakeStage, partsOf, playAll, stages, type Values } from './stages.ts'

type Nested = number | readonly Nested[]
interface Golden {
  readonly meta: { readonly params: Readonly<Record<string, number>> }
  readonly inputs: Readonly<Record<string, Nested>>
  readonly weights: Readonly<Record<string, Nested>>
  readonly expected: Readonly<Record<string, Nested>>
}

const golden = (name: string): Golden =>
  JSON.parse(readFileSync(new URL(`../../../packages/testkit/golden/${name}.json`, import.meta.url), 'utf8'))
const flat = (value: Nested): number[] => (typeof value === 'number' ? [value] : value.flatMap(flat))
const shapeOf = (value: Nested): number[] =>
  typeof value === 'number' ? [] : [value.length, ...shapeOf(value[0] as Nested)]

/** For each sample and step, who fired. */
const rowsOf = (spikes: Nested): number[][] => {
  const width = shapeOf(spikes).at(-1)!
  const all = flat(spikes)
  return Array.from({ length: all.length / width }, (_, row) =>
    all.slice(row * width, (row + 1) * width).flatMap((spike, j) => (spike === 1 ? [j] : [])),
  )
}

const relativeError = (actual: ArrayLike<number>, expected: Nested): number => {
  const wanted = flat(expected)
  expect(actual.length).toBe(wanted.length)
  const largest = Math.max(...wanted.map(Math.abs))
  return Math.max(...wanted.map((value, i) => Math.abs(actual[i]! - value))) / largest
}

describe.each(['seed000_train_step', 'seed000_train_step_default', 'seed000_train_step_big'])('%s', (name) => {
  const { meta, inputs, weights, expected } = golden(name)
  const { params } = meta
  const [batch, steps, features] = shapeOf(inputs.x!) as [number, number, number]
  const [hidden, classes] = shapeOf(weights.W2!) as [number, number]
  const teacher = flat(inputs.teacher_spike!)
  const labels = flat(inputs.y!)

  const network = sequential(features, [
    dense(hidden, { bias: false }),
    kWinners({ beta: params.alpha!, threshold: 0, resetAmount: params.vth!, k: params.k_hidden! }),
    dense(classes, { bias: false }),
    kWinners({ beta: params.alpha!, threshold: 0, resetAmount: params.vth!, k: params.k_output! }),
  ])
  const upkeep = { normalize: true, clip: 1 }
  const options = [
    { rule: 'oja', learningRate: params.eta1!, decay: params.decay1!, ...upkeep },
    {
      rule: 'supervised',
      learningRate: params.eta2!,
      antiHebbianRate: params.eta2_neg!,
      decay: params.decay2!,
      ...upkeep,
    },
  ] as const

  type Case = [string, MakeStage, new (values: number[]) => Values, number]
  test.each<Case>([
    ...stages.map(([stage, make]): Case => [`f32, ${stage}`, make, Float32Array, 1e-5]),
    ['f64, in plain JavaScript', plainStage, Float64Array, 1e-6],
  ])('weights and spikes in %s', (_, make, Real, tolerance) => {
    const start = ['W1', 'W2'].map((w) => new Real(flat(weights[w]!)))
    const input = listed(Float32Array.from(flat(inputs.x!)), features)
    const stage = make(partsOf(network, options, start), input, steps)
    const taught = labels.map((_, b) => Uint8Array.from(teacher.slice(b * steps, (b + 1) * steps)))
    const found = playAll(stage, { labels, classes, teacher: taught, clip: upkeep.clip })
    expect(found.spikes[0]).toEqual(rowsOf(expected.s_h!))
    expect(found.spikes[1]).toEqual(rowsOf(expected.s_o_natural!))
    expect(relativeError(found.weights[0]!, expected.W1!)).toBeLessThanOrEqual(tolerance)
    expect(relativeError(found.weights[1]!, expected.W2!)).toBeLessThanOrEqual(tolerance)
  })

  test.each<[string, () => Backend]>([
    ['reference', reference],
    ['oracle', oracle],
  ])('output counts with the trained weights, on the %s', async (_, make) => {
    const weights = network.layers.map(({ index }) => expected[`W${index + 1}`]!)
    const snapshot = new Map(
      weights.map((w, i) => [`layer${i + 1}.weight`, { shape: shapeOf(w), values: Float64Array.from(flat(w)) }]),
    )
    const runtime = createRuntime({ network, backend: make(), loss: crossEntropy(), seed: 0, snapshot })
    const { backend } = runtime
    const input = backend.alloc([steps, batch, features], 'spikes')
    const x = inputs.x as readonly (readonly Nested[])[]
    backend.write(input, flat(x[0]!.map((_, t) => x.map((sample) => sample[t]!))))
    const progress = { update: 0, updates: 1, epoch: 0, epochs: 1 }
    const [, output] = forward(runtime, { input, labels, steps, size: batch, progress })
    const counts = backend.alloc([batch, classes])
    backend.sum(output!.spikes, counts)
    expect(Array.from(await backend.read(counts))).toEqual(flat(expected.counts_after!))
  })
})

describe('seed000_kwta', () => {
  const { inputs, expected } = golden('seed000_kwta')
  const rows = inputs.v as readonly (readonly number[])[]
  const size = rows[0]!.length
  const identity = Float32Array.from({ length: size * size }, (_, i) => (i % (size + 1) === 0 ? 1 : 0))
  const options = { beta: 0, threshold: 0 }

  describe.each(stages)('%s', (_, make) => {
    test.each([0, 1, 3, 9, 20])('k = %d', (k) => {
      const network = sequential(1, [dense(size), kWinners({ ...options, k })])
      const silent = { rule: { name: 'none', competes: true } }
      const found = rows.map((row) => {
        const parts = partsOf(network, [silent], [new Float32Array(size)], [Float32Array.from(row)])
        const stage = make(parts, listed(new Float32Array(1), 1), 1)
        const { spikes } = playAll(stage, { labels: [0], classes: 1, teacher: [new Uint8Array(1)] })
        return row.map((_, j) => (spikes[0]![0]!.includes(j) ? 1 : 0))
      })
      expect(found).toEqual(expected[`k${k}`])
    })
  })

  test.each([0, 1, 3, 9, 20])('the equations, k = %d', async (k) => {
    const network = sequential(size, [dense(size, { weight: 'zeros', bias: false }), kWinners({ ...options, k })])
    const snapshot = new Map([['layer1.weight', { shape: [size, size], values: identity }]])
    const runtime = createRuntime({ network, backend: reference(), loss: crossEntropy(), seed: 0, snapshot })
    const input = runtime.backend.alloc([1, rows.length, size])
    runtime.backend.write(input, rows.flat())
    const progress = { update: 0, updates: 1, epoch: 0, epochs: 1 }
    const [pass] = forward(runtime, { input, labels: [], steps: 1, size: rows.length, progress })
    expect(Array.from(await runtime.backend.read(pass!.spikes))).toEqual(flat(expected[`k${k}`]!))
  })
})
