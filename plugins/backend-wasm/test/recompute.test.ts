import { wasm } from '@hillock/backend-wasm'
import { type Backend, crossEntropy, dense, encode, lif, type Neuron, poisson, sequential, sgd } from '@hillock/core'
import { createRuntime } from '@hillock/core/learner'
import { kWinners } from '@hillock/core/neurons'
import { stream } from '@hillock/core/random'
import { bptt } from '@hillock/learner-bptt'
import { expect, test } from '@jest/globals'

const [steps, size, inputs] = [256, 8, 50]

/** One step of learning with parts of so many steps; the weights afterwards, and how much memory was used at most. */
async function step(threads: number, neuron: () => Neuron, recompute?: number) {
  const backend = await wasm({ threads })
  let peak = 0
  const read: Backend['read'] = (tensor) => {
    peak = Math.max(peak, backend.usedBytes())
    return backend.read(tensor)
  }
  const network = sequential(inputs, [dense(100), neuron(), dense(4), lif()])
  const runtime = createRuntime({ network, backend: { ...backend, read }, loss: crossEntropy(), seed: 0 })
  const before = backend.usedBytes()
  const pixels = runtime.temporary([1, size, inputs])
  runtime.backend.write(
    pixels,
    Float32Array.from({ length: size * inputs }, (_, i) => (i % 10) / 20),
  )
  const random = { seed: 1, stream: stream.encoding, step: 0, place: 0 }
  const input = runtime.adopt(encode(runtime.backend, poisson(), pixels, { steps, random }))
  const progress = { update: 0, updates: 1, epoch: 0, epochs: 1 }
  const learner = bptt({ optimizer: sgd({ learningRate: 1 }), ...(recompute && { recompute }) })
  await learner.step(runtime, {
    input,
    labels: Uint8Array.from({ length: size }, (_, b) => b % 4),
    steps,
    size,
    progress,
  })
  runtime.endStep()
  const weights = await Promise.all(
    [1, 2].map(async (l) => runtime.backend.read(runtime.tensor(`layer${l}.weight`, []))),
  )
  await runtime.dispose()
  return { weights, peak: peak - before }
}

test.each([
  ['neurons on their own', () => lif({ beta: 0.9 })],
  ['neurons that see their layer', () => kWinners({ k: 5, threshold: 0.2 })],
])('parts that run again take a quarter of the memory and give the same gradients: %s', async (_, neuron) => {
  const whole = await step(1, neuron)
  const parts = await step(1, neuron, 32)
  expect(parts.peak).toBeLessThan(whole.peak / 4)
  for (const [l, weights] of whole.weights.entries()) {
    const worst = Math.max(...Array.from(weights, (weight, i) => Math.abs(weight - parts.weights[l]![i]!)))
    expect(worst).toBeLessThan(2e-5)
  }
  expect((await step(2, neuron, 32)).weights).toEqual(parts.weights)
})
