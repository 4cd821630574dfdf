import { readFileSync } from 'node:fs'
import {
  type Backend,
  createRuntime,
  crossEntropy,
  dense,
  forward,
  kWinners,
  oracle,
  reference,
  sequential,
} from '@hillock/core'
import { describe, expect, test } from '@jest/globals'
import { eventsOf } from '../src/events.ts'
import { lazyWeights } from '../src/lazy-weights.ts'
import { planOf } from '../src/plan.ts'
import type { PlasticLayer } from '../src/plastic-layer.ts'
import { competitionOf, population } from '../src/population.ts'
import { conclude, play } from '../src/present.ts'
import { newCounts } from '../src/spike-counts.ts'

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
    kWinners({ beta: params.alpha!, threshold: 0, drop: params.vth!, k: params.k_hidden! }),
    dense(classes, { bias: false }),
    kWinners({ beta: params.alpha!, threshold: 0, drop: params.vth!, k: params.k_output! }),
  ])
  const upkeep = { normalize: true, clip: 1 }
  const plans = [
    planOf({ rule: 'oja', rate: params.eta1!, decay: params.decay1!, ...upkeep }),
    planOf({ rule: 'supervised', rate: params.eta2!, anti: params.eta2_neg!, decay: params.decay2!, ...upkeep }),
  ]

  /** The seed's step, with the teacher's spikes that were drawn for it. */
  function trained(Real: typeof Float32Array | typeof Float64Array) {
    const layers = network.layers.map((layer, i): PlasticLayer => {
      const { rule, upkeep, gating } = plans[i]!
      return {
        layer,
        rule,
        upkeep,
        gating,
        synapses: {
          weights: lazyWeights(Real.from(flat(weights[`W${i + 1}`]!)), layer.size),
          wins: new Float32Array(layer.size),
          winsBelow: undefined,
        },
        population: population(competitionOf(layer, layer.neuron.params, {}), new Float32Array(layer.size)),
        counts: newCounts(layer.size),
        recruit: -1,
      }
    })
    const spikes = layers.map(({ layer }) => new Array<number>(batch * steps * layer.size).fill(0))
    const seen = newCounts(features)
    for (let b = 0; b < batch; b++) {
      const shown = {
        input: eventsOf(flat(inputs.x!), features),
        first: b * steps,
        stride: 1,
        steps,
        label: labels[b]!,
        classes,
        teacher: (t: number) => teacher[b * steps + t] === 1,
        progress: 0,
        onSpike: ({ layer }: PlasticLayer, t: number, neuron: number) => {
          spikes[layer.index]![(b * steps + t) * layer.size + neuron] = 1
        },
      }
      play(layers, shown, seen)
      conclude(layers, shown, seen)
    }
    return { spikes, weights: layers.map(({ synapses, upkeep }) => synapses.weights.values(upkeep.clip)) }
  }

  test.each([
    ['f32', Float32Array, 1e-5],
    ['f64', Float64Array, 1e-6],
  ] as const)('weights and spikes in %s', (_, Real, tolerance) => {
    const { spikes, weights } = trained(Real)
    expect(spikes[0]).toEqual(flat(expected.s_h!))
    expect(spikes[1]).toEqual(flat(expected.s_o_natural!))
    expect(relativeError(weights[0]!, expected.W1!)).toBeLessThanOrEqual(tolerance)
    expect(relativeError(weights[1]!, expected.W2!)).toBeLessThanOrEqual(tolerance)
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
    const progress = { step: 0, steps: 1, epoch: 0, epochs: 1 }
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

  test.each([0, 1, 3, 9, 20])('the host, k = %d', (k) => {
    const [layer] = sequential(size, [dense(size), kWinners({ ...options, k })]).layers
    const silent = lazyWeights(identity.slice().fill(0), size)
    const found = rows.map((row) => {
      const { winners, begin, step } = population(competitionOf(layer!, layer!.neuron.params, {}), row)
      begin(0, size)
      step(silent, { index: new Int32Array(0), from: 0, to: 0 })
      const won = Array.from(winners.index.subarray(winners.from, winners.to))
      return row.map((_, j) => (won.includes(j) ? 1 : 0))
    })
    expect(found).toEqual(expected[`k${k}`])
  })

  test.each([0, 1, 3, 9, 20])('the equations, k = %d', async (k) => {
    const network = sequential(size, [dense(size, { weight: 'zeros', bias: false }), kWinners({ ...options, k })])
    const snapshot = new Map([['layer1.weight', { shape: [size, size], values: identity }]])
    const runtime = createRuntime({ network, backend: reference(), loss: crossEntropy(), seed: 0, snapshot })
    const input = runtime.backend.alloc([1, rows.length, size])
    runtime.backend.write(input, rows.flat())
    const progress = { step: 0, steps: 1, epoch: 0, epochs: 1 }
    const [pass] = forward(runtime, { input, labels: [], steps: 1, size: rows.length, progress })
    expect(Array.from(await runtime.backend.read(pass!.spikes))).toEqual(flat(expected[`k${k}`]!))
  })
})
