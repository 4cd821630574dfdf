import { readFileSync } from 'node:fs'
import {
  type Backend,
  dense,
  fastSigmoid,
  type Loss,
  reference,
  type Snapshot,
  sequential,
  sgd,
  synaptic,
} from '@hillock/core'
import { oracle } from '@hillock/core/backend'
import { createRuntime } from '@hillock/core/learner'
import { describe, expect, test } from '@jest/globals'
import { type RandomBpOptions, randomBp } from '../src/index.ts'

type Nested = number | readonly Nested[]
interface Golden {
  readonly meta: { readonly params: { readonly thresholds: readonly number[]; readonly super_spike_B: number } }
  readonly inputs: { readonly x: Nested; readonly target: readonly number[] }
  readonly weights: Readonly<Record<string, Nested>>
  readonly expected: Readonly<Record<string, Nested>>
}

const folder = '../../../packages/testkit/golden'
const golden = (name: string): Golden =>
  JSON.parse(readFileSync(new URL(`${folder}/${name}.json`, import.meta.url), 'utf8'))

const flat = (value: Nested): number[] => (typeof value === 'number' ? [value] : value.flatMap(flat))
const shapeOf = (value: Nested): number[] => (typeof value === 'number' ? [] : [value.length, ...shapeOf(value[0]!)])
const transposed = (value: Nested): number[][] => {
  const rows = value as readonly (readonly number[])[]
  return rows[0]!.map((_, j) => rows.map((row) => row[j]!))
}

/** Half the squared distance of firing rates from the one-hot label. */
const rateError: Loss = {
  name: 'rateError',
  reads: 'spike',
  over: 'sum',
  evaluate(counts, labels: ArrayLike<number>, { steps, batch, classes }) {
    const errors = Float64Array.from(
      counts,
      (n, i) => n / steps - (i % classes === labels[Math.floor(i / classes)] ? 1 : 0),
    )
    const loss = errors.reduce((sum, error) => sum + (error * error) / 2, 0) / batch
    return { loss, signal: errors.map((error) => error / (batch * steps)), scores: Float64Array.from(counts) }
  },
}

/** The notebook's network with its weights; a step of plain descent at rate 1, so that what the weights lose is their gradient. */
async function gradients({ meta, inputs, weights }: Golden, backend: Backend, options: RandomBpOptions) {
  const { thresholds, super_spike_B: slope } = meta.params
  const [alpha, beta] = [Math.exp(-1 / 5), Math.exp(-1 / 20)]
  const parts = thresholds.flatMap((threshold, i) => [
    dense(shapeOf(weights[`W${i + 1}`]!)[0]!, { bias: false }),
    synaptic({ alpha, beta, threshold, atThreshold: true, surrogate: fastSigmoid({ slope }) }),
  ])
  const [steps, size, features] = shapeOf(inputs.x) as [number, number, number]
  const network = sequential(features, parts)
  const snapshot: Snapshot = new Map(
    Object.entries(weights).map(([name, value]) => {
      const layer = `layer${name.slice(1)}`
      const [key, matrix] = name.startsWith('W') ? ['weight', transposed(value)] : ['feedback', value]
      return [`${layer}.${key}`, { shape: shapeOf(matrix), values: Float64Array.from(flat(matrix)) }] as const
    }),
  )
  const runtime = createRuntime({ network, backend, loss: rateError, seed: 0, snapshot })
  const input = runtime.temporary([steps, size, features])
  runtime.backend.write(input, flat(inputs.x))
  const progress = { update: 0, updates: 1, epoch: 0, epochs: 1 }
  await randomBp({ optimizer: sgd({ learningRate: 1 }), ...options }).step(runtime, {
    input,
    labels: inputs.target,
    steps,
    size,
    progress,
  })
  const after = await runtime.snapshot()
  return thresholds.map((_, i) => {
    const [before, now] = [snapshot, after].map((all) => all.get(`layer${i + 1}.weight`)!.values)
    return Float64Array.from(before!, (value, k) => value - now![k]!)
  })
}

/** The largest difference, relative to the largest magnitude expected. */
function relativeError(actual: ArrayLike<number>, expected: Nested): number {
  const wanted = flat(transposed(expected))
  expect(actual).toHaveLength(wanted.length)
  return Math.max(...wanted.map((value, i) => Math.abs(actual[i]! - value))) / Math.max(...wanted.map(Math.abs))
}

describe.each([
  ['oracle', oracle, 1e-9],
  ['reference', reference, 1e-5],
] as const)('%s', (_, backend, tolerance) => {
  test.each([
    ['seed004_window_2layer_as_written', 'sliced-twice'],
    ['seed004_window_2layer_corrected', 'window'],
    ['seed004_window_3layer_as_written', 'sliced-twice'],
    ['seed004_window_3layer_corrected', 'window'],
  ] as const)('%s', async (name, average) => {
    const file = golden(name)
    const found = await gradients(file, backend(), { window: 15, average })
    for (const [i, gradient] of found.entries()) {
      const error = relativeError(gradient, file.expected[`dW${i + 1}`]!)
      expect(error).toBeLessThanOrEqual(tolerance)
    }
  })
})
