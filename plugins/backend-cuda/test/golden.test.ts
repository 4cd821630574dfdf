import { isAvailable, webgpu } from '@hillock/backend-webgpu'
import {
  type Backend,
  batchNorm,
  crossEntropy,
  dense,
  fastSigmoid,
  type Loss,
  leaky,
  leakyIntegrator,
  neuron,
  recurrent,
  type Snapshot,
  sequential,
  sgd,
} from '@hillock/core'
import { createRuntime, forward, inputAdjoint, throughLayers } from '@hillock/core/learner'
import { eligibility } from '@hillock/learner-eligibility'
import { flat, golden, type Nested, whereFound } from '@hillock/testing'
import { expect, jest, test } from '@jest/globals'
import { cuda } from '../src/index.ts'
import { compiler, standIn } from './stand-in.ts'

jest.setTimeout(120_000)

const swapped = (value: Nested): Nested => {
  const rows = value as readonly (readonly Nested[])[]
  return rows[0]!.map((_, j) => rows.map((row) => row[j]!))
}

const snapshotOf = (saved: Readonly<Record<string, readonly [readonly number[], Nested]>>): Snapshot =>
  new Map(
    Object.entries(saved).map(([name, [shape, values]]) => [name, { shape, values: Float64Array.from(flat(values)) }]),
  )

function expectClose(found: ArrayLike<number>, wanted: Nested): void {
  const values = flat(wanted)
  expect(found).toHaveLength(values.length)
  const error = Math.max(...values.map((value, i) => Math.abs(value - found[i]!)))
  expect(error / Math.max(...values.map(Math.abs))).toBeLessThanOrEqual(1e-5)
}

const progress = { update: 0, updates: 1, epoch: 0, epochs: 1 }

/** structure_batch_norm.json: batch norm over time and batch, forward and back. */
async function throughBatchNorm(backend: Backend): Promise<void> {
  const { inputs, weights, expected } = golden('structure_batch_norm')
  const surrogate = fastSigmoid({ slope: 25 })
  const runtime = createRuntime({
    network: sequential(5, [
      ...[dense(6, { bias: false }), batchNorm(), leaky({ beta: 0.9, surrogate })],
      ...[dense(3), leaky({ beta: 0.8, surrogate })],
    ]),
    ...{ backend, loss: crossEntropy(), seed: 1 },
    snapshot: snapshotOf({
      'layer1.weight': [[5, 6], swapped(weights.in_weight!)],
      'layer1.norm.weight': [[6], weights.gamma!],
      'layer1.norm.bias': [[6], weights.beta!],
      'layer1.norm.mean': [[6], new Array(6).fill(0)],
      'layer1.norm.variance': [[6], new Array(6).fill(1)],
      'layer2.weight': [[6, 3], swapped(weights.out_weight!)],
      'layer2.bias': [[3], weights.out_bias!],
    }),
  })
  const [steps, size] = [(inputs.x as readonly Nested[]).length, (inputs.x as readonly Nested[][])[0]!.length]
  const put = (values: Nested, last: number) => {
    const tensor = runtime.temporary([steps, size, last])
    backend.write(tensor, flat(values))
    return tensor
  }
  const batch = { input: put(inputs.x!, 5), labels: [], steps, size, progress }
  const passes = forward(runtime, batch, { learn: true, keep: () => ['v'] })
  const [hidden, out] = passes as [(typeof passes)[0], (typeof passes)[0]]
  expect(Array.from(await backend.read(hidden.spikes))).toEqual(flat(expected.hidden_spk!))
  expectClose(await backend.read(out.kept.v!), expected.out_v!)
  const results = await throughLayers(runtime, passes, { spike: put(inputs.cS!, 3), v: put(inputs.cV!, 3) })
  const gradients = new Map(results.flatMap((one) => [...one.gradients]))
  for (const [name, wanted] of [
    ['layer1.weight', swapped(expected.grad_in_weight!)],
    ['layer1.norm.weight', expected.grad_gamma!],
    ['layer1.norm.bias', expected.grad_beta!],
    ['layer2.weight', swapped(expected.grad_out_weight!)],
  ] as const)
    expectClose(await backend.read(gradients.get(name)!), wanted)
  expectClose(await backend.read(inputAdjoint(runtime, hidden, results[1]!, 'input')), expected.grad_x!)
  await runtime.dispose()
}

/** structure_eprop_alif.json: a step of e-prop on adaptive neurons that see each other. */
async function byEprop(backend: Backend): Promise<void> {
  const { inputs, weights, expected } = golden('structure_eprop_alif')
  const [steps, size] = [20, 3]
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
  const loss: Loss = {
    ...crossEntropy({ reduce: 'each' }),
    name: 'regression',
    reads: 'v',
    evaluate(values) {
      const signal = Float64Array.from(flat(inputs.target!), (wanted, i) => (values[i]! - wanted) / (steps * size))
      return { loss: 0, signal, scores: new Float64Array(size * 2) }
    },
  }
  const runtime = createRuntime({
    network: sequential(5, [dense(6, { bias: false }), recurrent(alif()), dense(2), leakyIntegrator({ beta: 0.85 })]),
    ...{ backend, loss, seed: 1 },
    snapshot: snapshotOf({
      'layer1.weight': [[5, 6], swapped(weights.W_in!)],
      'layer1.recurrent': [[6, 6], swapped(weights.W_recurrent!)],
      'layer2.weight': [[6, 2], swapped(weights.W_out!)],
      'layer2.bias': [[2], weights.W_out_bias!],
      'layer1.feedback': [[2, 6], inputs.feedback_random!],
    }),
  })
  const input = runtime.temporary([steps, size, 5])
  backend.write(input, flat(inputs.x!))
  const before = await runtime.snapshot()
  const learner = eligibility({ optimizer: sgd({ learningRate: 1 }), feedback: 'random', error: 'current' })
  await learner.step(runtime, { input, labels: [0, 0, 0], steps, size, progress })
  const after = await runtime.snapshot()
  for (const [name, wanted] of [
    ['layer1.weight', swapped(expected.eprop_random_in!)],
    ['layer1.recurrent', swapped(expected.eprop_random_recurrent!)],
    ['layer2.weight', swapped(expected.eprop_random_out!)],
  ] as const)
    expectClose(
      before.get(name)!.values.map((value, i) => value - after.get(name)!.values[i]!),
      wanted,
    )
  runtime.endStep()
  await runtime.dispose()
}

const gpu = await isAvailable()

whereFound('golden values on a stand-in for the driver', compiler, () => {
  test('batch norm', async () => throughBatchNorm(await cuda({ library: standIn.library })))
  test('e-prop', async () => byEprop(await cuda({ library: standIn.library })))
})

whereFound(
  'golden values on WebGPU',
  { found: gpu.available, missing: gpu.available ? '' : gpu.reason, optional: true },
  () => {
    test('batch norm', async () => throughBatchNorm(await webgpu()))
    test('e-prop', async () => byEprop(await webgpu()))
  },
)
