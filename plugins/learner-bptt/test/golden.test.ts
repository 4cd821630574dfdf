import {
  adam,
  crossEntropy,
  dense,
  fastSigmoid,
  type Loss,
  leaky,
  lif,
  type Neuron,
  reference,
  type Snapshot,
  sequential,
} from '@hillock/core'
import { oracle } from '@hillock/core/backend'
import {
  type Batch,
  backward,
  createRuntime,
  forward,
  outputError,
  type RuntimeControl,
  type Signals,
} from '@hillock/core/learner'
import { negativeLogLikelihood } from '@hillock/core/losses'
import { gradedSpike } from '@hillock/core/neurons'
import { flat, type Golden, golden, type Nested } from '@hillock/testing'
import { describe, expect, test } from '@jest/globals'
import { bptt } from '../src/index.ts'

type Rows = readonly (readonly Nested[])[]

const swapped = (value: Nested): Nested => (value as Rows)[0]!.map((_, j) => (value as Rows).map((row) => row[j]!))

/** A notebook's network, 7-5-4, with its weights, and its input as a batch of three over twelve steps. */
interface Setting {
  readonly neuron: () => Neuron
  readonly loss: Loss
  readonly x: Nested
  readonly weights: readonly [Nested, Nested]
  readonly biases: readonly [Nested, Nested]
  readonly labels: Nested
}

function start({ neuron, loss, x, weights, biases, labels }: Setting, backend: typeof reference) {
  const network = sequential(7, [dense(5), neuron(), dense(4), neuron()])
  const snapshot: Snapshot = new Map(
    network.layers.flatMap(({ name, inputs, size }, i): [string, { shape: number[]; values: Float64Array }][] => [
      [`${name}.weight`, { shape: [inputs, size], values: Float64Array.from(flat(weights[i]!)) }],
      [`${name}.bias`, { shape: [size], values: Float64Array.from(flat(biases[i]!)) }],
    ]),
  )
  const runtime = createRuntime({ network, backend: backend(), loss, seed: 0, snapshot })
  const batch = (step: number): Batch => {
    const input = runtime.temporary([12, 3, 7])
    runtime.backend.write(input, flat(x))
    const progress = { update: step, updates: 3, epoch: 0, epochs: 1 }
    return { input, labels: flat(labels), steps: 12, size: 3, progress }
  }
  return { runtime, batch }
}

/** The loss and the gradients of all weights and biases, by name. */
async function gradients(runtime: RuntimeControl, batch: Batch) {
  const passes = forward(runtime, batch, { learn: true })
  const { loss, signals } = await outputError(runtime, passes.at(-1)!, batch.labels)
  const found: Record<string, ArrayLike<number>> = {}
  let adjoints: Signals = signals
  for (const pass of passes.toReversed()) {
    const result = await backward(runtime, pass, adjoints, { input: pass.layer.index > 0 })
    for (const [name, tensor] of result.gradients) found[name] = await runtime.backend.read(tensor)
    if (result.input) adjoints = { spike: result.input }
  }
  return { loss, found }
}

/** Passes if all differences are within `tolerance` times the largest magnitude expected. */
function expectClose(actual: ArrayLike<number> | undefined, expected: Nested, tolerance: number): void {
  const wanted = flat(expected)
  expect(actual).toHaveLength(wanted.length)
  const largest = Math.max(...wanted.map(Math.abs))
  expect(Math.max(...wanted.map((value, i) => Math.abs(actual![i]! - value)))).toBeLessThanOrEqual(tolerance * largest)
}

describe.each([
  ['oracle', oracle, 1e-9],
  ['reference', reference, 1e-5],
] as const)('%s', (_, backend, tolerance) => {
  async function expectGradients(setting: Setting, expected: Golden['expected'], torch: boolean) {
    const { runtime, batch } = start(setting, backend)
    const { loss, found } = await gradients(runtime, batch(0))
    expectClose([loss], [(expected.loss ?? expected.loss_step1)!], tolerance)
    for (const n of [1, 2]) {
      const weights = expected[`grad_W${n}`]!
      expectClose(found[`layer${n}.weight`], torch ? swapped(weights) : weights, tolerance)
      expectClose(found[`layer${n}.bias`], expected[`grad_b${n}`]!, tolerance)
    }
  }

  test('graded spikes, trained on the mean of a recorded membrane', async () => {
    const { inputs, weights, expected } = golden('seed001_graded_net')
    const images = inputs.img as number[][]
    const x = (inputs.u as number[][][]).map((rows) => rows.map((row, b) => row.map((u, i) => u * images[b]![i]!)))
    const setting: Setting = {
      neuron: gradedSpike,
      loss: negativeLogLikelihood({ on: 'delayed' }),
      x,
      weights: [swapped(weights.W1!), swapped(weights.W2!)],
      biases: [weights.b1!, weights.b2!],
      labels: inputs.target!,
    }
    await expectGradients(setting, expected, true)
  })

  test('a reset to zero that the gradient flows through', async () => {
    const { inputs, weights, expected } = golden('seed002_keras_lif')
    const surrogate = fastSigmoid({ slope: 10 })
    const setting: Setting = {
      neuron: () => lif({ beta: 0.95, reset: 'zero', detach: false, surrogate }),
      loss: crossEntropy(),
      x: swapped(inputs.x!),
      weights: [weights.W1!, weights.W2!],
      biases: [weights.b1!, weights.b2!],
      labels: inputs.target!,
    }
    await expectGradients(setting, expected, false)
  })

  const tinySnn = (): [Setting, Golden['expected']] => {
    const { inputs, weights, expected } = golden('seed003_tinysnn')
    const setting: Setting = {
      neuron: leaky,
      loss: crossEntropy(),
      x: inputs.x!,
      weights: [swapped(weights.W1!), swapped(weights.W2!)],
      biases: [weights.b1!, weights.b2!],
      labels: inputs.target!,
    }
    return [setting, expected]
  }

  test('snnTorch’s neurons, trained on spike counts', async () => {
    const [setting, expected] = tinySnn()
    await expectGradients(setting, expected, true)
  })

  test('three steps of Adam with weight decay', async () => {
    const [setting, expected] = tinySnn()
    const { runtime, batch } = start(setting, backend)
    const learner = bptt({ optimizer: adam({ learningRate: 1e-3, decay: 1e-5 }) })
    for (const step of [1, 2, 3]) {
      const { loss } = await learner.step(runtime, batch(step - 1))
      runtime.endStep()
      expectClose([loss], [expected[`loss_step${step}`]!], tolerance)
      const snapshot = await runtime.snapshot()
      for (const n of [1, 2]) {
        const found = (name: string) => snapshot.get(`layer${n}.${name}`)!.values
        expectClose(found('weight'), swapped(expected[`W${n}_after_step${step}`]!), tolerance)
        expectClose(found('bias'), expected[`b${n}_after_step${step}`]!, tolerance)
      }
    }
  })
})
