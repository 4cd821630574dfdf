import {
  type Backend,
  createSession,
  crossEntropy,
  dense,
  firingRate,
  type Loss,
  leaky,
  leakyIntegrator,
  lif,
  meanSquaredError,
  type Neuron,
  neuron,
  poisson,
  sequential,
  sgd,
  synaptic,
  type Targets,
} from '@hillock/core'
import { oracle } from '@hillock/core/backend'
import { createRuntime } from '@hillock/core/learner'
import { integrateAndFire, kWinners } from '@hillock/core/neurons'
import { describe, expect, test } from '@jest/globals'
import { type EligibilityOptions, eligibility } from '../src/index.ts'

const loss = crossEntropy({ reduce: 'each' })
const optimizer = sgd({ learningRate: 1 })
const labels = [0, 2, 1]

interface Case {
  readonly neurons: readonly Neuron[]
  readonly bias?: boolean
  readonly loss?: Loss
  readonly constant?: boolean
  readonly targets?: Targets
}

/** Weights after one step of plain descent on some noise, with their names. */
async function after(given: Case, options: EligibilityOptions, backend: Backend = oracle()) {
  const parts = given.neurons.flatMap((own, i) => {
    const units = i === given.neurons.length - 1 ? 3 : 6 - i
    return [dense(units, { weight: { uniform: 1 }, bias: given.bias ?? true }), own]
  })
  const runtime = createRuntime({ network: sequential(4, parts), backend, loss: given.loss ?? loss, seed: 3 })
  const steps = 9
  const input = runtime.temporary([given.constant ? 1 : steps, 3, 4], given.constant ? 'real' : 'spikes')
  const noise = Array.from({ length: (given.constant ? 1 : steps) * 12 }, (_, i) => Math.sin(7 * i * i))
  runtime.backend.write(input, given.constant ? noise : noise.map((value) => (value > 0 ? 1 : 0)))
  const wanted = given.targets ? { labels: [], targets: given.targets } : { labels }
  const batch = { input, ...wanted, steps, size: 3, progress: { update: 0, updates: 1, epoch: 0, epochs: 1 } }
  const before = await runtime.snapshot()
  const result = await eligibility({ optimizer, ...options }).step(runtime, batch)
  runtime.endStep()
  const snapshot = await runtime.snapshot()
  return { before, snapshot, result }
}

/** Passes if both change all weights by the same. */
async function expectSame(given: Case, options: EligibilityOptions = {}) {
  const algebraic = await after(given, options)
  const online = await after(given, { ...options, mode: 'online' })
  expect(online.result.loss).toBeCloseTo(algebraic.result.loss, 12)
  expect(online.result.correct).toBe(algebraic.result.correct)
  for (const [name, { values }] of algebraic.snapshot) {
    const [old, found] = [algebraic.before, online.snapshot].map((all) => all.get(name)?.values)
    expect(Array.from(found!, (value, i) => Math.abs(value - values[i]!)).every((error) => error < 1e-12)).toBe(true)
    if (!name.endsWith('feedback')) expect(values).not.toEqual(old)
  }
}

test('targets for each step, some of which count', async () => {
  const weights = Array.from({ length: 27 }, (_, i) => (i % 9 < 3 ? 3 : 0))
  const targets = { values: Array.from({ length: 81 }, (_, i) => Math.cos(i)), weights }
  await expectSame({ neurons: [lif(), leakyIntegrator()], loss: meanSquaredError({ on: 'v' }), targets })
})

/** Two states that drive each other; the current drives both. */
const resonate = neuron({
  name: 'resonate',
  params: { turn: 0.3, decay: 0.9 },
  state: { x: 0, y: 0.5 },
  equations: `
    x = decay * x - turn * y + input
    y = decay * y + turn * prev(x) - 0.5 * input
    spike = heaviside(y - 0.4)
    x = x - 0.2 * detach(spike)`,
})

const twoCurrents = neuron({
  name: 'two currents',
  inputs: ['fast', 'slow'],
  params: { beta: 0.8 },
  state: { u: 0, v: 0 },
  equations: `
    u = beta * u + slow
    v = beta * v + u + fast
    spike = heaviside(v - 1)
    v = v - detach(spike)`,
})

describe('online and algebraic give the same update', () => {
  test.each<[string, Case]>([
    ['leaky neurons', { neurons: [lif(), lif()] }],
    ['without biases', { neurons: [lif(), lif()], bias: false }],
    ['a constant input', { neurons: [lif(), lif()], constant: true }],
    ["snnTorch's neurons", { neurons: [leaky(), leaky()] }],
    ['synaptic currents', { neurons: [synaptic(), synaptic()] }],
    ['two hidden layers, a leaky readout', { neurons: [lif(), synaptic(), leakyIntegrator()] }],
    ['no leak', { neurons: [integrateAndFire(), leakyIntegrator()] }],
    ['states that drive each other', { neurons: [resonate(), leakyIntegrator()] }],
    ['neurons of two currents', { neurons: [twoCurrents(), twoCurrents()] }],
    ['a loss of membranes', { neurons: [lif(), lif()], loss: meanSquaredError({ on: 'v' }) }],
  ])('%s', async (_, given) => {
    await expectSame(given)
    await expectSame(given, { feedback: 'symmetric' })
  })

  test('a learning signal of one’s own', async () => {
    const feedback: EligibilityOptions['feedback'] = (runtime, { size }, error) => {
      const [steps, batch] = error.shape as [number, number, number]
      const signal = runtime.temporary([steps, batch, size])
      const weights = runtime.tensor('mine', [3, size], () => Float32Array.from({ length: 3 * size }, (_, i) => i / 8))
      runtime.backend.matmul(error, weights, signal)
      return signal
    }
    await expectSame({ neurons: [lif(), lif()] }, { feedback })
  })
})

test('changes weights while time runs, if told so', async () => {
  const given = { neurons: [lif(), lif()] }
  const [whole, same, often] = [
    await after(given, { mode: 'online' }),
    await after(given, { mode: 'online', every: 9 }),
    await after(given, { mode: 'online', every: 2 }),
  ]
  const weights = ({ snapshot }: typeof whole) => [...snapshot.get('layer1.weight')!.values]
  expect(weights(same)).toEqual(weights(whole))
  expect(weights(often)).not.toEqual(weights(whole))
})

test('reports the same activity as the algebraic mode', async () => {
  const report = async (mode: 'algebraic' | 'online') => {
    const session = createSession({
      network: sequential(4, [
        dense(8, { weight: { uniform: 1 } }),
        lif(),
        dense(3, { weight: { uniform: 1 } }),
        lif(),
      ]),
      learner: eligibility({ mode }),
      encoder: poisson({ probability: 0.8 }),
      loss,
      steps: 20,
    })
    const images = Float32Array.from({ length: 40 }, (_, i) => (i % 7) / 7)
    const examples = {
      images,
      labels: Uint8Array.from({ length: 10 }, (_, i) => i % 3),
      count: 10,
      features: 4,
      classes: 3,
    }
    for await (const { density, synapticOperations } of session.train(
      { train: examples, test: examples },
      { batchSize: 10 },
    ))
      return [...density, synapticOperations]
    return []
  }
  const [algebraic, online] = [await report('algebraic'), await report('online')]
  online.forEach((value, i) => {
    expect(value / algebraic[i]!).toBeCloseTo(1, 5)
  })
})

const noisy = neuron({
  name: 'noisy',
  params: { beta: 0.8 },
  state: { v: 0 },
  equations: `
    v = beta * v + input
    spike = heaviside(v - uniform())
    v = v - detach(spike)`,
})

describe('refuses', () => {
  test.each<[string, Case, string]>([
    ['kWinners', { neurons: [kWinners({ k: 2 }), lif()] }, 'sees its whole layer'],
    ['noise', { neurons: [noisy(), lif()] }, 'draws random numbers'],
  ])('%s online', async (_, given, message) => {
    const step = after(given, { mode: 'online' })
    await expect(step).rejects.toMatchObject({ code: 'HILLOCK_UNSUPPORTED', message: expect.stringContaining(message) })
  })

  test('a loss that is not known while time runs', async () => {
    const step = after({ neurons: [lif(), lif()], loss: crossEntropy() }, { mode: 'online' })
    await expect(step).rejects.toThrow(expect.objectContaining({ code: 'HILLOCK_OPTION' }))
  })

  test.each<[EligibilityOptions, string]>([
    [{ mode: 'online', trace: 'exponential' }, 'not carried online'],
    [{ error: 'layers' }, "give feedback: 'symmetric'"],
    [{ mode: 'online', error: 'layers', feedback: 'symmetric' }, 'not known while time runs'],
    [{ mode: 'online', regularize: firingRate({ high: 0.1 }) }, 'firing rates'],
    [{ feedback: (_, __, error) => error, regularize: firingRate({ high: 0.1 }) }, 'no place for regularize'],
    [{ every: 3 }, 'every belongs'],
    [{ mode: 'online', every: 0 }, "'every' is 0"],
    [{ decay: 0.9 }, 'belong to trace'],
    [{ trace: 'exponential', decay: 1.5 }, "'decay' is 1.5"],
    [{ deviation: 0 }, "'deviation' is 0"],
    [{ trace: 'quadratic' as 'neuron' }, "'trace' is 'quadratic'"],
    [{ desay: 0.9 } as EligibilityOptions, "eligibility has no option 'desay'\ndid you mean 'decay'?"],
    [{ feedback: 'none' as 'random' }, "'feedback' is 'none'"],
  ])('%j', (options, message) => {
    expect(() => eligibility(options)).toThrow(expect.objectContaining({ code: 'HILLOCK_OPTION' }))
    expect(() => eligibility(options)).toThrow(message)
  })
})
