import { readFileSync } from 'node:fs'
import { wasm } from '@hillock/backend-wasm'
import {
  adaptiveLif,
  avgPool,
  type Backend,
  batchNorm,
  conv2d,
  crossEntropy,
  dense,
  dropout,
  fastSigmoid,
  type Learner,
  type Loss,
  leakyIntegrator,
  lif,
  maxPool,
  type Network,
  type Neuron,
  network,
  neuron,
  neurons,
  recurrent,
  reference,
  sequential,
  sgd,
} from '@hillock/core'
import { kernels, oracle } from '@hillock/core/backend'
import { delayed, identity, oneToOne, share, sparse } from '@hillock/core/connections'
import { createRuntime, forward, outputError, throughLayers, update } from '@hillock/core/learner'
import type { Input, Population, SourceText } from '@hillock/core/network'
import { generator, stream } from '@hillock/core/random'
import { randomNetwork as anyNetwork } from '@hillock/testkit'
import { describe, expect, test } from '@jest/globals'
import { type EligibilityOptions, eligibility } from '../src/index.ts'
import { after, difference } from './one-step.ts'

const optimizer = sgd({ learningRate: 1 })

type Nested = number | readonly Nested[]
const flat = (value: Nested): number[] => (typeof value === 'number' ? [value] : value.flatMap(flat))
const swapped = (value: Nested): Nested => {
  const rows = value as readonly (readonly Nested[])[]
  return rows[0]!.map((_, j) => rows.map((row) => row[j]!))
}

describe('the adaptive network of the golden file', () => {
  const file = JSON.parse(
    readFileSync(new URL('../../../packages/testkit/golden/structure_eprop_alif.json', import.meta.url), 'utf8'),
  ) as Record<'inputs' | 'weights' | 'expected', Record<string, Nested>>
  const { inputs, weights, expected } = file
  const [steps, size] = [20, 3]

  /** Bellec et al. 2020: a threshold that rises with each spike. */
  const alif = neuron({
    name: 'alif',
    params: { alpha: 0.9, rho: 0.96, strength: 0.17, threshold: 1 },
    state: { v: 0, a: 0, z: 0 },
    surrogate: fastSigmoid({ slope: 25 }),
    equations: `
      v = alpha * v + input - threshold * detach(z)
      a = rho * a + z
      spike = heaviside(v - threshold - strength * a)
      z = spike`,
  })

  /** Half the squared distance from a target at each step, of all steps or one after the other. */
  const regression = (): Loss => {
    let begin = 0
    return {
      ...crossEntropy({ reduce: 'each' }),
      name: 'regression',
      reads: 'v',
      evaluate(values, _, shape) {
        const terms = shape.steps * size
        const target = flat(inputs.target!).slice(begin, begin + values.length)
        begin += values.length
        const signal = Float64Array.from(target, (wanted, i) => (values[i]! - wanted) / terms)
        const loss = signal.reduce((sum, error) => sum + (error * error * terms) / 2, 0)
        return { loss, signal, scores: new Float64Array(size * 2) }
      },
    }
  }

  const start = new Map(
    Object.entries({
      'layer1.weight': [[5, 6], swapped(weights.W_in!)],
      'layer1.recurrent': [[6, 6], swapped(weights.W_recurrent!)],
      'layer2.weight': [[6, 2], swapped(weights.W_out!)],
      'layer2.bias': [[2], weights.W_out_bias!],
      'layer1.feedback': [[2, 6], inputs.feedback_random!],
    } satisfies Record<string, [number[], Nested]>).map(([name, [shape, values]]) => [
      name,
      { shape, values: Float64Array.from(flat(values)) },
    ]),
  )

  const gradients = async (backend: Backend, options: EligibilityOptions) => {
    const runtime = createRuntime({
      network: sequential(5, [dense(6, { bias: false }), recurrent(alif()), dense(2), leakyIntegrator({ beta: 0.85 })]),
      backend,
      loss: regression(),
      seed: 1,
      snapshot: start,
    })
    const input = runtime.temporary([steps, size, 5])
    backend.write(input, flat(inputs.x!))
    const found = new Map<string, number[]>()
    const before = await runtime.snapshot()
    const progress = { update: 0, updates: 1, epoch: 0, epochs: 1 }
    const result = await eligibility({ optimizer, error: 'current', ...options }).step(runtime, {
      input,
      labels: [0, 0, 0],
      steps,
      size,
      progress,
    })
    const after = await runtime.snapshot()
    for (const [name, { values }] of before)
      found.set(
        name,
        Array.from(values, (value, i) => value - after.get(name)!.values[i]!),
      )
    runtime.endStep()
    await runtime.dispose()
    return { found, loss: result.loss }
  }

  test.each([
    ['oracle', 'algebraic', oracle, 1e-9],
    ['reference', 'algebraic', reference, 1e-5],
    ['wasm', 'algebraic', () => wasm({ threads: 1 }), 1e-5],
    ['oracle', 'online', oracle, 1e-9],
    ['reference', 'online', reference, 1e-5],
    ['wasm', 'online', () => wasm({ threads: 1 }), 1e-5],
  ] as const)('%s, %s', async (_, mode, backend, tolerance) => {
    for (const feedback of ['symmetric', 'random'] as const) {
      const { found, loss } = await gradients(await backend(), { feedback, mode })
      expect(Math.abs(loss - (expected.loss as number))).toBeLessThan(10 * tolerance)
      for (const [name, wanted] of [
        ['layer1.weight', swapped(expected[`eprop_${feedback}_in`]!)],
        ['layer1.recurrent', swapped(expected[`eprop_${feedback}_recurrent`]!)],
        ['layer2.weight', swapped(expected[`eprop_${feedback}_out`]!)],
        ['layer2.bias', expected[`eprop_${feedback}_out_bias`]!],
      ] as const) {
        const values = flat(wanted)
        const error = Math.max(...values.map((value, i) => Math.abs(value - found.get(name)![i]!)))
        expect(error / Math.max(...values.map(Math.abs))).toBeLessThanOrEqual(tolerance)
      }
    }
  })
})

/** A network of hidden layers side by side, which read the input, and a read-out that reads all of them and the input. */
function randomNetwork(seed: number): Network {
  const { uniform } = generator(seed, stream.augment)
  const one = <T>(...choices: readonly T[]): T => choices[Math.floor(uniform() * choices.length)]!
  const weight = { uniform: 0.8 } as const
  const plain = () =>
    one(lif({ threshold: 0.4 }), adaptiveLif({ threshold: 0.4 }), lif({ reset: 'zero', threshold: 0.4 }))
  const some = (): Neuron =>
    one<() => Neuron>(
      plain,
      () => recurrent(plain(), { weight }),
      () => recurrent(plain(), { weight, diagonal: false }),
      () => recurrent(lif({ learn: ['beta'], threshold: 0.4 }), { weight }),
    )()
  const conv = () => conv2d(2, 3, { padding: 1, weight })
  const tied = share(dense(3, { weight }))
  return network([4, 4, 1], (input) => {
    const hidden = Array.from({ length: one(1, 2, 3) }, () =>
      one<() => Population>(
        () => neurons(some(), [dense(4, { weight }), input]),
        () => neurons(some(), [conv(), one(avgPool(2), maxPool(2)), input]),
        () =>
          neurons(
            some(),
            [one(avgPool(2), maxPool(2)), conv(), input],
            [avgPool(2), oneToOne({ weight }), conv2d(2, 1), input],
          ),
        () => neurons(some(), [conv(), batchNorm({ epsilon: 0.1 }), avgPool(2), input]),
        () =>
          neurons(
            some(),
            [delayed(dense(4, { weight }), { steps: 1 }), input],
            [dropout(0.3), sparse(4, { density: 0.5, seed }), input],
          ),
      )(),
    )
    const read = (from: Input | Population) =>
      one<SourceText>(
        [dense(3, { weight }), from],
        [dropout(0.2), dense(3, { weight }), from],
        [delayed(dense(3, { weight }), { steps: 2 }), from],
        [dense(3, { weight }), batchNorm({ epsilon: 0.1 }), from],
      )
    const shared = hidden.length > 1 && uniform() < 0.3 ? [[tied, hidden[0]!] as const] : []
    return neurons(one(leakyIntegrator(), lif({ threshold: 0.4 })), ...hidden.map(read), ...shared, read(input))
  })
}

/** The same, in which the spikes that come back are a constant to the gradient. */
const cut = (made: Network): Network => ({
  ...made,
  layers: made.layers.map((layer) => {
    const { definition, learn } = layer.neuron
    const equations = definition.equations.replace('product(past, recurrent)', 'product(detach(past), recurrent)')
    return { ...layer, neuron: { ...layer.neuron, kernels: kernels({ ...definition, equations }, learn) } }
  }),
})

/** Backpropagation through time. */
const descent: Learner = {
  name: 'descent',
  async step(runtime, batch) {
    const passes = forward(runtime, batch, { learn: true })
    const error = await outputError(runtime, passes.at(-1)!, batch.labels)
    await update(runtime, optimizer, await throughLayers(runtime, passes, error.signals), batch.progress)
    return error
  },
}

const symmetric: EligibilityOptions = { optimizer, feedback: 'symmetric', error: 'current' }

test('symmetric feedback is the gradient with the recurrence detached, of random networks', async () => {
  let through = 0
  for (let seed = 0; seed < 60; seed++) {
    const made = randomNetwork(seed)
    const [found, wanted] = [await after(made, eligibility(symmetric)), await after(cut(made), descent)]
    const error = difference(found.after, wanted.after)
    if (!(error < 1e-11)) throw new Error(`network ${seed}: ${error}\n${made}`)
    if (difference((await after(made, descent)).after, wanted.after) > 1e-6) through++
  }
  // The recurrence would have mattered.
  expect(through).toBeGreaterThan(10)
})

test('symmetric feedback from layer to layer is that at any depth', async () => {
  const learner = eligibility({ optimizer, feedback: 'symmetric', error: 'layers' })
  let through = 0
  for (let seed = 0; seed < 40; seed++) {
    const made = anyNetwork(seed)
    const [found, wanted] = [await after(made, learner, 5), await after(cut(made), descent, 5)]
    const error = difference(found.after, wanted.after)
    if (!(error < 1e-12)) throw new Error(`network ${seed}: ${error}\n${made}`)
    if (difference((await after(made, descent, 5)).after, wanted.after) > 1e-6) through++
  }
  expect(through).toBeGreaterThan(5)
})

test.each<[string, EligibilityOptions]>([
  ['random feedback', { optimizer }],
  ['symmetric feedback of the output', { optimizer, feedback: 'symmetric' }],
  ['symmetric feedback from layer to layer', { optimizer, feedback: 'symmetric', error: 'layers' }],
  ['exponential traces', { optimizer, trace: 'exponential' }],
])('%s changes all weights of a deep network', async (_, options) => {
  const made = network([4, 4, 1], (input) => {
    const a = neurons(recurrent(lif({ threshold: 0.4 })), [conv2d(2, 3, { padding: 1, weight: { uniform: 1 } }), input])
    const b = neurons(
      lif({ threshold: 0.4 }),
      [conv2d(2, 3, { padding: 1, weight: { uniform: 1 } }), a],
      [identity(), a],
    )
    const [left, right] = [
      neurons(leakyIntegrator(), [maxPool(2), dense(3), b]),
      neurons(leakyIntegrator(), [dense(3), a]),
    ]
    return neurons(lif({ threshold: 0.4 }), [identity(), left], [oneToOne(), right])
  })
  const { before, after: changed } = await after(made, eligibility(options))
  for (const [name, { values }] of before) expect([name, changed.get(name)!.values]).not.toEqual([name, values])
})
