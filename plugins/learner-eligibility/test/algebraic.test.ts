import {
  adaptiveLif,
  crossEntropy,
  dense,
  type Learner,
  leakyIntegrator,
  lif,
  type Neuron,
  neuron,
  type Snapshot,
  sequential,
  sgd,
} from '@hillock/core'
import { oracle } from '@hillock/core/backend'
import {
  type Batch,
  backward,
  createRuntime,
  forward,
  type LayerGradients,
  outputError,
  type Signals,
  update,
} from '@hillock/core/learner'
import { expect, test } from '@jest/globals'
import { type EligibilityOptions, eligibility } from '../src/index.ts'

const optimizer = sgd({ learningRate: 1 })

/** Weights after one step on some noise. */
async function after(neurons: readonly Neuron[], learner: Learner, constant = false): Promise<Snapshot> {
  const parts = neurons.flatMap((own, i) => {
    const units = i === neurons.length - 1 ? 3 : 6 - i
    return [dense(units, { weight: { uniform: 1 } }), own]
  })
  const network = sequential(5, parts)
  const runtime = createRuntime({ network, backend: oracle(), loss: crossEntropy(), seed: 3 })
  const input = runtime.temporary([constant ? 1 : 7, 2, 5])
  const values = Array.from({ length: constant ? 10 : 70 }, (_, i) => Math.sin(7 * i * i))
  runtime.backend.write(input, values)
  const batch: Batch = {
    input,
    labels: [0, 2],
    steps: 7,
    size: 2,
    progress: { update: 0, updates: 1, epoch: 0, epochs: 1 },
  }
  await learner.step(runtime, batch)
  return runtime.snapshot()
}

/** The gradient itself, layer by layer through the transposed weights. */
const descent: Learner = {
  name: 'descent',
  async step(runtime, given) {
    const passes = forward(runtime, given, { learn: true })
    const error = await outputError(runtime, passes.at(-1)!, given.labels)
    let signals: Signals = error.signals
    const layers: LayerGradients[] = []
    for (const pass of passes.toReversed()) {
      const result = await backward(runtime, pass, signals, { input: pass.layer.index > 0 })
      layers.push(result)
      if (result.input) signals = { spike: result.input }
    }
    await update(runtime, optimizer, layers, given.progress)
    return error
  },
}

function difference(found: Snapshot, wanted: Snapshot): number {
  const errors = [...wanted].flatMap(([name, { values }]) =>
    Array.from(values, (value, i) => Math.abs(value - found.get(name)!.values[i]!)),
  )
  return Math.max(...errors)
}

const symmetric: EligibilityOptions = { optimizer, feedback: 'symmetric', error: 'current' }

test.each([
  ['leaky neurons', [lif(), leakyIntegrator()]],
  ['adaptive neurons, whose traces are one for each synapse', [adaptiveLif(), lif()]],
  ['neurons that learn', [lif({ learn: ['beta'] }), lif({ learn: ['threshold'] })]],
] as const)('with one hidden layer, symmetric feedback is the gradient: %s', async (_, neurons) => {
  expect(difference(await after(neurons, eligibility(symmetric)), await after(neurons, descent))).toBeLessThan(1e-12)
})

test('symmetric feedback goes down several layers as if they were linear', async () => {
  const neurons = [lif(), lif(), leakyIntegrator()]
  const [found, gradient] = [await after(neurons, eligibility(symmetric)), await after(neurons, descent)]
  const upper = (all: Snapshot) => new Map([...all].filter(([name]) => !name.startsWith('layer1')))
  expect(difference(upper(found), upper(gradient))).toBeLessThan(1e-12)
  expect(difference(found, gradient)).toBeGreaterThan(1e-6)
})

test.each([false, true])(
  'an exponential trace is error times the sum of faded surrogates times input (constant: %s)',
  async (constant) => {
    const wide = { name: 'wide', params: {}, derivative: '1 / (1 + abs(x))' }
    const neurons = [0, 1].map(() => lif({ surrogate: wide, record: ['pre'] }))
    const decay = 0.7
    const runtime = createRuntime({
      network: sequential(
        5,
        neurons.flatMap((own, i) => [dense(i === 0 ? 6 : 3, { weight: { uniform: 1 } }), own]),
      ),
      backend: oracle(),
      loss: crossEntropy(),
      seed: 3,
    })
    const { backend } = runtime
    const input = runtime.temporary([constant ? 1 : 7, 2, 5])
    const x = Array.from({ length: constant ? 10 : 70 }, (_, i) => Math.sin(7 * i * i))
    backend.write(input, x)
    const batch = { input, labels: [0, 2], steps: 7, size: 2, progress: { update: 0, updates: 1, epoch: 0, epochs: 1 } }
    const passes = forward(runtime, batch, { learn: true, keep: () => ['pre'] })
    const error = await backend.read((await outputError(runtime, passes[1]!, batch.labels)).signals.spike!)
    const membrane = await backend.read(passes[0]!.kept.pre!)
    const before = (await runtime.snapshot()).get('layer1.weight')!.values
    await eligibility({ optimizer, trace: 'exponential', decay }).step(runtime, batch)
    const snapshot = await runtime.snapshot()
    const feedback = snapshot.get('layer1.feedback')!.values
    const expected = Float64Array.from(before, (value, k) => {
      const [i, j] = [Math.floor(k / 6), k % 6]
      let gradient = 0
      for (let b = 0; b < 2; b++) {
        let trace = 0
        for (let t = 0; t < 7; t++) {
          const slope = 1 / (1 + Math.abs(membrane[(t * 2 + b) * 6 + j]! - 1))
          trace = decay * trace + slope * x[((constant ? 0 : t) * 2 + b) * 5 + i]!
        }
        for (let c = 0; c < 3; c++) gradient += error[b * 3 + c]! * feedback[c * 6 + j]! * trace
      }
      return value - gradient
    })
    const found = snapshot.get('layer1.weight')!.values
    expect(Math.max(...expected.map((value, k) => Math.abs(value - found[k]!)))).toBeLessThan(1e-12)
  },
)

test('an exponential trace takes a recorded value for the surrogate, whether the input is constant or not', async () => {
  const slope = { name: 'wide', params: {}, derivative: '1 / (1 + abs(x))' }
  const recording = neuron({
    name: 'recording',
    params: { beta: 0.9, threshold: 1 },
    state: { v: 0 },
    surrogate: slope,
    record: ['slope'],
    equations: `
      pre = beta * v + input
      spike = heaviside(pre - threshold)
      slope = surrogate(pre - threshold)
      v = pre - threshold * detach(spike)`,
  })
  const plain = [lif({ surrogate: slope }), lif({ surrogate: slope })]
  for (const constant of [false, true]) {
    const derived = await after(plain, eligibility({ optimizer, trace: 'exponential' }), constant)
    const recorded = await after(
      [recording(), recording()],
      eligibility({ optimizer, trace: 'exponential', surrogate: 'slope' }),
      constant,
    )
    expect(difference(recorded, derived)).toBeLessThan(1e-12)
  }
  const missing = after(plain, eligibility({ trace: 'exponential', surrogate: 'slope' }))
  await expect(missing).rejects.toMatchObject({ code: 'HILLOCK_OPTION' })
})
