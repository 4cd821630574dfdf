import { type Backend, batchNorm, crossEntropy, dense, fastSigmoid, leaky, reference, sequential } from '@hillock/core'
import { oracle } from '@hillock/core/backend'
import { createRuntime, forward, inputAdjoint, throughLayers } from '@hillock/core/learner'
import { expect, test } from '@jest/globals'
import { expectClose, flat, golden, shapeOf, swapped } from './harness.ts'

const surrogate = fastSigmoid({ slope: 25 })

test.each([
  ['the oracle', oracle, 1e-9],
  ['the reference', reference, 1e-5],
] as const)('batch norm over time and batch, on %s', async (_, make: () => Backend, tolerance) => {
  const { inputs, weights, expected } = golden('structure_batch_norm')
  const network = sequential(5, [
    ...[dense(6, { bias: false }), batchNorm(), leaky({ beta: 0.9, surrogate })],
    ...[dense(3), leaky({ beta: 0.8, surrogate })],
  ])
  const [steps, size] = shapeOf(inputs.x!) as [number, number]
  const saved = (shape: readonly number[], values: readonly number[]) => ({ shape, values: Float64Array.from(values) })
  const snapshot = new Map([
    ['layer1.weight', saved([5, 6], flat(swapped(weights.in_weight!)))],
    ['layer1.norm.weight', saved([6], flat(weights.gamma!))],
    ['layer1.norm.bias', saved([6], flat(weights.beta!))],
    ['layer1.norm.mean', saved([6], new Array(6).fill(0))],
    ['layer1.norm.variance', saved([6], new Array(6).fill(1))],
    ['layer2.weight', saved([6, 3], flat(swapped(weights.out_weight!)))],
    ['layer2.bias', saved([3], flat(weights.out_bias!))],
  ])
  const runtime = createRuntime({ network, backend: make(), loss: crossEntropy(), seed: 1, snapshot })
  const put = (values: readonly number[], last: number) => {
    const tensor = runtime.temporary([steps, size, last])
    runtime.backend.write(tensor, values)
    return tensor
  }
  const progress = { update: 0, updates: 1, epoch: 0, epochs: 1 }
  const batch = { input: put(flat(inputs.x!), 5), labels: [], steps, size, progress }
  const passes = forward(runtime, batch, { learn: true, keep: () => ['v'] })
  const read = async (tensor: (typeof passes)[0]['spikes']) => Array.from(await runtime.backend.read(tensor))
  const [hidden, out] = passes as [(typeof passes)[0], (typeof passes)[0]]
  expect(await read(hidden.spikes)).toEqual(flat(expected.hidden_spk!))
  expect(await read(out.spikes)).toEqual(flat(expected.out_spk!))
  expectClose(await read(hidden.currents.input!), expected.hidden_cur, tolerance)
  expectClose(await read(out.kept.v!), expected.out_v, tolerance)

  const signals = { spike: put(flat(inputs.cS!), 3), v: put(flat(inputs.cV!), 3) }
  const results = await throughLayers(runtime, passes, signals)
  const gradients = new Map(results.flatMap((one) => [...one.gradients]))
  for (const [name, wanted] of [
    ['layer1.weight', swapped(expected.grad_in_weight!)],
    ['layer1.norm.weight', expected.grad_gamma!],
    ['layer1.norm.bias', expected.grad_beta!],
    ['layer2.weight', swapped(expected.grad_out_weight!)],
    ['layer2.bias', expected.grad_out_bias!],
  ] as const)
    expectClose(await read(gradients.get(name)!), wanted, tolerance)
  expectClose(await read(inputAdjoint(runtime, hidden, results[1]!, 'input')), expected.grad_x, tolerance)

  // The biased variance normalizes, the unbiased one is what is kept of it (torch with momentum .1).
  const after = await runtime.snapshot()
  const current = flat(inputs.x!)
  const w = flat(swapped(weights.in_weight!))
  const count = steps * size
  const columns = Array.from({ length: 6 }, (_, n) =>
    Array.from({ length: count }, (_, row) =>
      [0, 1, 2, 3, 4].reduce((sum, i) => sum + current[row * 5 + i]! * w[i * 6 + n]!, 0),
    ),
  )
  const means = columns.map((column) => column.reduce((sum, x) => sum + x, 0) / count)
  const variances = columns.map((column, n) => column.reduce((sum, x) => sum + (x - means[n]!) ** 2, 0) / (count - 1))
  expectClose(
    after.get('layer1.norm.mean')!.values,
    means.map((x) => 0.1 * x),
    tolerance,
  )
  expectClose(
    after.get('layer1.norm.variance')!.values,
    variances.map((x) => 0.9 + 0.1 * x),
    tolerance,
  )
})
