import { readFileSync } from 'node:fs'
import {
  type Backend,
  dense,
  fastSigmoid,
  type Loss,
  type Neuron,
  neuron,
  type Snapshot,
  sequential,
  sgd,
} from '@hillock/core'
import { createRuntime } from '@hillock/core/learner'
import { type EligibilityOptions, eligibility } from '../src/index.ts'

export type Nested = number | readonly Nested[]

export interface Golden {
  readonly meta: { readonly params: { readonly thresholds: readonly number[]; readonly super_spike_B: number } }
  readonly inputs: { readonly x: Nested; readonly target: readonly number[] }
  readonly weights: Readonly<Record<string, Nested>>
  readonly expected: Readonly<Record<string, Nested>>
}

const folder = '../../../packages/testkit/golden'
export const golden = (name: string): Golden =>
  JSON.parse(readFileSync(new URL(`${folder}/${name}.json`, import.meta.url), 'utf8'))

export const flat = (value: Nested): number[] => (typeof value === 'number' ? [value] : value.flatMap(flat))
const shapeOf = (value: Nested): number[] => (typeof value === 'number' ? [] : [value.length, ...shapeOf(value[0]!)])
export const transposed = (value: Nested): number[][] => {
  const rows = value as readonly (readonly number[])[]
  return rows[0]!.map((_, j) => rows.map((row) => row[j]!))
}

/** The notebook's neuron: how often it resets, and whether it takes the surrogate before the first reset or after. */
export interface Variant {
  readonly resets: 1 | 2
  readonly surrogateAfterReset: boolean
}

/** Synapses of 5 ms, membranes of 20 ms, steps of 1 ms. */
export const constants = { alpha: Math.exp(-1 / 5), beta: Math.exp(-1 / 20) }

const variant = ({ resets, surrogateAfterReset }: Variant) =>
  neuron({
    name: 'notebook',
    params: { ...constants, threshold: 1 },
    state: { i: 0, v: 0 },
    equations: `
      i = alpha * i + input
      pre = beta * v + i
      spike = heaviside(pre - threshold, 1)
      once = pre - threshold * detach(spike)
      slope = surrogate(${surrogateAfterReset ? 'once' : 'pre'} - threshold)
      v = ${resets === 2 ? 'once - threshold * detach(spike)' : 'once'}`,
  })

/** The error is the firing rate less the one-hot label. */
const rateError: Loss = {
  name: 'rateError',
  reads: 'spike',
  over: 'sum',
  evaluate(counts, labels: ArrayLike<number>, { steps, batch, classes }) {
    const wanted = (i: number) => (i % classes === labels[Math.floor(i / classes)] ? 1 : 0)
    const errors = Float64Array.from(counts, (n, i) => n / steps - wanted(i))
    const loss = errors.reduce((sum, error) => sum + (error * error) / 2, 0) / batch
    return { loss, signal: errors.map((error) => error / batch), scores: Float64Array.from(counts) }
  },
}

/** The notebook's network with its weights; a step of plain descent at rate 1, so that what the weights lose is their gradient. */
export async function gradients(
  { meta, inputs, weights }: Golden,
  backend: Backend,
  make: (options: Parameters<ReturnType<typeof variant>>[0] & { threshold: number }) => Neuron,
  options: EligibilityOptions,
): Promise<Float64Array[]> {
  const { thresholds, super_spike_B: slope } = meta.params
  const parts = thresholds.flatMap((threshold, i) => [
    dense(shapeOf(weights[`W${i + 1}`]!)[0]!, { bias: false }),
    make({ threshold, surrogate: fastSigmoid({ slope }), ...(options.surrogate && { record: [options.surrogate] }) }),
  ])
  const [steps, size, features] = shapeOf(inputs.x) as [number, number, number]
  const network = sequential(features, parts)
  const snapshot: Snapshot = new Map(
    Object.entries(weights).map(([name, value]) => {
      const [key, matrix] = name.startsWith('W') ? ['weight', transposed(value)] : ['feedback', value]
      return [
        `layer${name.slice(1)}.${key}`,
        { shape: shapeOf(matrix), values: Float64Array.from(flat(matrix)) },
      ] as const
    }),
  )
  const runtime = createRuntime({ network, backend, loss: rateError, seed: 0, snapshot })
  const input = runtime.temporary([steps, size, features])
  runtime.backend.write(input, flat(inputs.x))
  const progress = { update: 0, updates: 1, epoch: 0, epochs: 1 }
  const learner = eligibility({ optimizer: sgd({ learningRate: 1 }), ...options })
  await learner.step(runtime, { input, labels: inputs.target, steps, size, progress })
  const after = await runtime.snapshot()
  return thresholds.map((_, i) => {
    const name = `layer${i + 1}.weight`
    const now = after.get(name)!.values
    return Float64Array.from(snapshot.get(name)!.values, (value, k) => value - now[k]!)
  })
}

export const neurons = {
  as_written: variant({ resets: 2, surrogateAfterReset: true }),
  corrected: variant({ resets: 1, surrogateAfterReset: false }),
  prereset_surrogate_only: variant({ resets: 2, surrogateAfterReset: false }),
  singlereset_only: variant({ resets: 1, surrogateAfterReset: true }),
}
