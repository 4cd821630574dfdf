import { expect, test } from '@jest/globals'
import type { Connection } from '../src/connections/connection.ts'
import { dense } from '../src/connections/dense.ts'
import { sumPool } from '../src/connections/pool.ts'
import { crossEntropy } from '../src/losses/cross-entropy.ts'
import type { Loss } from '../src/losses/loss.ts'
import { meanSquaredError } from '../src/losses/mean-squared-error.ts'
import type { Network } from '../src/network/layer.ts'
import { sequential } from '../src/network/sequential.ts'
import { lif } from '../src/neurons/lif.ts'
import { linear } from '../src/neurons/linear.ts'
import { reference } from '../src/reference/backend.ts'
import { forward } from '../src/runtime/forward.ts'
import { outputError } from '../src/runtime/output-error.ts'
import { createRuntime } from '../src/runtime/runtime.ts'
import { throughLayers } from '../src/runtime/through-layers.ts'

const [classes, group, steps] = [2, 3, 6]
const size = classes * group

const column: Connection = {
  kind: 'column',
  weight: null,
  bias: null,
  connect: ([length]) => ({ to: [length!, 1], weights: [], fans: { fanIn: 1, fanOut: 1 } }),
}

/** A loss of counts summed over groups of neurons that follow one another, written out. */
const ofGroups = (loss: Loss): Loss => ({
  ...loss,
  evaluate(values, labels, shape) {
    const sums = Array.from({ length: shape.batch * classes }, (_, c) => {
      const own = Array.from({ length: group }, (_, k) => values[c * group + k]!)
      return own.reduce((sum, count) => sum + count, 0)
    })
    const { loss: value, signal, scores } = loss.evaluate(sums, labels, { ...shape, classes })
    const padded = Float64Array.from({ length: shape.batch * size }, (_, i) =>
      i % size < classes ? scores[Math.floor(i / size) * classes + (i % size)]! : -1,
    )
    return {
      loss: value,
      signal: Float64Array.from(values as number[], (_, i) => signal[Math.floor(i / group)]!),
      scores: padded,
    }
  },
})

async function learned(network: Network, loss: Loss) {
  const runtime = createRuntime({ network, backend: reference(), loss, seed: 3 })
  const input = runtime.temporary([1, 3, 4])
  runtime.backend.write(input, [0.9, 0.1, 0.7, 0.4, 0.2, 0.8, 0.3, 1, 1, 1, 0, 0.5])
  const progress = { update: 0, updates: 1, epoch: 0, epochs: 1 }
  const batch = { input, labels: [0, 1, 1], steps, size: 3, progress }
  const passes = forward(runtime, batch, { learn: true })
  const spikes = await runtime.backend.read(passes[0]!.spikes)
  const { loss: value, predictions, signals } = await outputError(runtime, passes.at(-1)!, batch.labels)
  const gradients = (await throughLayers(runtime, passes, signals)).flatMap((layer) => [...layer.gradients])
  const read = gradients.map(async ([name, tensor]) => [name, await runtime.backend.read(tensor)] as const)
  return { value, predictions, spikes, gradients: await Promise.all(read) }
}

test.each<[string, Loss]>([
  ['crossEntropy', crossEntropy()],
  ['meanSquaredError', meanSquaredError({ correct: 2.4, incorrect: 0.6 })],
])('a pool over groups of the last neurons gives %s of their summed counts, and its gradient', async (_, loss) => {
  const neurons = [dense(size), lif()] as const
  const pooled = await learned(sequential(4, [...neurons, column, sumPool(group), linear()]), loss)
  const written = await learned(sequential(4, [...neurons]), ofGroups(loss))
  expect(pooled.spikes.filter((spike) => spike === 1).length).toBeGreaterThan(20)
  expect(pooled.spikes).toEqual(written.spikes)
  expect(pooled.value).toBe(written.value)
  expect(pooled.predictions).toEqual(written.predictions)
  expect(pooled.gradients.map(([name]) => name)).toEqual(['layer1.weight', 'layer1.bias'])
  expect(pooled.gradients).toEqual(written.gradients)
  for (const [, values] of pooled.gradients) expect(values.some((value) => value !== 0)).toBe(true)
})
