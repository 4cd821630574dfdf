import { expect, test } from '@jest/globals'
import type { Tensor } from '../src/backend.ts'
import { dense } from '../src/connections/dense.ts'
import { crossEntropy } from '../src/losses/cross-entropy.ts'
import type { Loss } from '../src/losses/loss.ts'
import { meanSquaredError } from '../src/losses/mean-squared-error.ts'
import { sequential } from '../src/network/sequential.ts'
import { leakyIntegrator } from '../src/neurons/leaky-integrator.ts'
import { lif } from '../src/neurons/lif.ts'
import { oracle } from '../src/reference/oracle.ts'
import { adjoints, backward, layerGradients } from '../src/runtime/backward.ts'
import { carryError, feedbackWeights } from '../src/runtime/feedback.ts'
import { forward } from '../src/runtime/forward.ts'
import { outputError } from '../src/runtime/output-error.ts'
import { inLastSteps } from '../src/runtime/over-time.ts'
import { createRuntime } from '../src/runtime/runtime.ts'

const make = (seed = 1, loss: Loss = crossEntropy({ reduce: 'each' })) => {
  const network = sequential(3, [dense(400), lif(), dense(2), leakyIntegrator({ beta: 0.5 })])
  const runtime = createRuntime({ network, backend: oracle(), loss, seed })
  const put = (shape: readonly number[], values: ArrayLike<number>): Tensor => {
    const tensor = runtime.temporary(shape)
    runtime.backend.write(tensor, values)
    return tensor
  }
  const read = async (tensor: Tensor) => [...(await runtime.backend.read(tensor))]
  return { runtime, put, read, layers: network.layers }
}

const count = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => from + i)

/** Four steps of a batch of two, and what the readout made of it. */
function run(loss: Loss) {
  const made = make(1, loss)
  const input = made.put(
    [4, 2, 3],
    Float64Array.from({ length: 24 }, (_, i) => Math.sin(i)),
  )
  const progress = { update: 0, updates: 1, epoch: 0, epochs: 1 }
  const batch = { input, labels: [0, 1], steps: 4, size: 2, progress }
  return { ...made, batch, pass: forward(made.runtime, batch, { learn: true }).at(-1)! }
}

test('feedback weights follow from the seed and the layer, and last', async () => {
  const { runtime, read, layers } = make()
  const weights = feedbackWeights(runtime, layers[0]!, 10)
  expect(weights.shape).toEqual([10, 400])
  const values = await read(weights)
  runtime.endStep()
  expect(await read(feedbackWeights(runtime, layers[0]!, 10))).toEqual(values)
  expect((await runtime.snapshot()).has('layer1.feedback')).toBe(true)
  const deviation = Math.sqrt(values.reduce((sum, value) => sum + value * value, 0) / values.length)
  expect(deviation).toBeCloseTo(1 / 20, 2)
  const [other, again] = [make(2), make()]
  expect(await other.read(feedbackWeights(other.runtime, other.layers[0]!, 10))).not.toEqual(values)
  const scaled = await again.read(feedbackWeights(again.runtime, again.layers[0]!, 10, 0.1))
  scaled.forEach((value, i) => {
    expect(value).toBeCloseTo(2 * values[i]!, 6)
  })
})

test('an error is carried by weights or by transposed ones, and all of them add up', async () => {
  const { runtime, put, read } = make()
  const error = put([2, 1, 2], [1, 2, 3, 4])
  const weights = put([2, 3], [1, 2, 3, 4, 5, 6])
  const transposed = put([3, 2], [1, 0, 0, 1, 1, 1])
  const bias = put([3], [100, 200, 300])
  const terms = [
    { error, weights },
    { error, weights: transposed, transpose: true },
  ]
  const straight = [9, 12, 15, 19, 26, 33]
  expect(await read(carryError(runtime, terms.slice(0, 1)))).toEqual(straight)
  const others = [101, 202, 303, 103, 204, 307]
  const sum = straight.map((value, i) => value + others[i]!)
  expect(await read(carryError(runtime, terms, { bias }))).toEqual(sum)
})

test('a signal is kept in the last steps, whether it changes with time or not', async () => {
  const { runtime, put, read } = make()
  const still = put([1, 2, 2], [1, 2, 3, 4])
  const moving = put([3, 2, 2], count(1, 13))
  const zeros = [0, 0, 0, 0]
  expect(await read(inLastSteps(runtime, still, 3, 1, 0.5))).toEqual([...zeros, ...zeros, 0.5, 1, 1.5, 2])
  expect(await read(inLastSteps(runtime, moving, 3, 2))).toEqual([...zeros, ...count(5, 13)])
  expect(await read(inLastSteps(runtime, moving, 3, 5))).toEqual(count(1, 13))
})

test.each([
  ['a sum over time', meanSquaredError()],
  ['each step', crossEntropy({ reduce: 'each' })],
])('a loss of %s sees the last steps alone', async (_, loss) => {
  const { runtime, read, pass, batch } = run(loss)
  const output = await read(pass.spikes)
  const error = await outputError(runtime, pass, batch.labels, { window: 3 })
  const last = output.slice(4)
  const seen = loss.over === 'sum' ? count(0, 4).map((i) => last[i]! + last[i + 4]! + last[i + 8]!) : last
  const expected = loss.evaluate(seen, batch.labels, { steps: 3, batch: 2, classes: 2 })
  const signal = [...expected.signal]
  expect(error.loss).toBe(expected.loss)
  const repeated = loss.over === 'sum' ? [...signal, ...signal, ...signal] : signal
  expect(await read(error.signals.spike!)).toEqual([0, 0, 0, 0, ...repeated])
  const whole = await outputError(runtime, pass, batch.labels)
  const all = await outputError(runtime, pass, batch.labels, { window: 9 })
  expect(await read(all.signals.spike!)).toEqual(await read(whole.signals.spike!))
})

test('adjoints summed over time are the sum of those of each step', async () => {
  const { runtime, read, pass, batch } = run(crossEntropy({ reduce: 'each' }))
  const { signals } = await outputError(runtime, pass, batch.labels)
  const each = await read(adjoints(runtime, pass, signals).currents.input!)
  const summed = await read(adjoints(runtime, pass, signals, { summed: true }).currents.input!)
  count(0, 4).forEach((i) => {
    expect(summed[i]).toBeCloseTo(each[i]! + each[i + 4]! + each[i + 8]! + each[i + 12]!, 12)
  })
})

test('backward is the adjoints, then the gradients', async () => {
  const { runtime, read, pass, batch } = run(crossEntropy({ reduce: 'each' }))
  const { signals } = await outputError(runtime, pass, batch.labels)
  const whole = await backward(runtime, pass, signals)
  const { gradients } = await layerGradients(runtime, pass, adjoints(runtime, pass, signals))
  expect([...gradients.keys()]).toEqual(['layer2.weight', 'layer2.bias'])
  for (const [name, gradient] of gradients) expect(await read(gradient)).toEqual(await read(whole.gradients.get(name)!))
})
