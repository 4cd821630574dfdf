import {
  adam,
  crossEntropy,
  dense,
  HillockError,
  type Learner,
  lif,
  type Network,
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
  type RuntimeControl,
  type Signals,
  update,
} from '@hillock/core/learner'
import { describe, expect, test } from '@jest/globals'
import { type RandomBpOptions, randomBp } from '../src/index.ts'

const optimizer = sgd({ learningRate: 1 })
const steps = 6

const network = (beta: number, ...hidden: number[]) =>
  sequential(
    5,
    [...hidden, 3].flatMap((units) => [dense(units, { weight: { uniform: 1 } }), lif({ beta })]),
  )

/** Weights after one step on some noise, of which the first steps can be left out; `start` may name some weights. */
async function after(of: Network, learner: Learner, start?: Snapshot, from = 0): Promise<Snapshot> {
  const runtime = createRuntime({ network: of, backend: oracle(), loss: crossEntropy(), seed: 3, snapshot: start })
  await learner.step(runtime, batch(runtime, from))
  return runtime.snapshot()
}

function batch(runtime: RuntimeControl, from: number): Batch {
  const input = runtime.temporary([steps - from, 2, 5])
  const values = Array.from({ length: 10 * steps }, (_, i) => Math.sin(7 * i * i))
  runtime.backend.write(input, values.slice(10 * from))
  return {
    input,
    labels: [0, 2],
    steps: steps - from,
    size: 2,
    progress: { update: 0, updates: 1, epoch: 0, epochs: 1 },
  }
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

/** A snapshot in which each layer's feedback weights are the transposed weights of the layer above. */
async function aligned(of: Network): Promise<Snapshot> {
  const runtime = createRuntime({ network: of, backend: oracle(), loss: crossEntropy(), seed: 3 })
  const all = new Map(await runtime.snapshot())
  for (const { name, inputs, size, index } of of.layers) {
    if (index === 0) continue
    const { values } = all.get(`${name}.weight`)!
    const transposed = Float64Array.from(values, (_, i) => values[(i % inputs) * size + Math.floor(i / inputs)]!)
    all.set(`layer${index}.feedback`, { shape: [size, inputs], values: transposed })
  }
  return all
}

function expectSame(found: Snapshot, wanted: Snapshot): void {
  for (const [name, { values }] of wanted) {
    const own = found.get(name)!.values
    expect(Math.max(...Array.from(values, (value, i) => Math.abs(value - own[i]!)))).toBeLessThan(1e-12)
  }
}

describe('with the transposed weights for random ones it is the gradient', () => {
  test.each<['direct' | 'layered', number[]]>([
    ['direct', [6]],
    ['layered', [6]],
    ['layered', [6, 4]],
  ])('%s, hidden layers of %j', async (feedback, hidden) => {
    const of = network(0.9, ...hidden)
    const start = await aligned(of)
    expectSame(await after(of, randomBp({ optimizer, feedback }), start), await after(of, descent, start))
  })
})

test('direct feedback reaches every hidden layer from the output, layered from the one above', async () => {
  const of = network(0.9, 6, 4)
  const shapes = async (feedback: 'direct' | 'layered') => {
    const found = await after(of, randomBp({ optimizer, feedback }))
    return ['layer1', 'layer2', 'layer3'].map((name) => found.get(`${name}.feedback`)?.shape)
  }
  expect(await shapes('direct')).toEqual([[3, 6], [3, 4], undefined])
  expect(await shapes('layered')).toEqual([[4, 6], [3, 4], undefined])
})

test('feedback weights stay as they are drawn, other weights do not', async () => {
  const of = network(0.9, 6)
  const once = await after(of, randomBp({ optimizer }))
  const twice = await after(of, randomBp({ optimizer }), once)
  expect(twice.get('layer1.feedback')).toEqual(once.get('layer1.feedback'))
  expect(twice.get('layer1.weight')).not.toEqual(once.get('layer1.weight'))
})

test('what came before the window does not matter to neurons without memory', async () => {
  const of = network(0, 6, 4)
  for (const options of [{}, { average: 'window' }] as RandomBpOptions[]) {
    const learner = randomBp({ optimizer, window: 4, ...options })
    expectSame(await after(of, learner), await after(of, learner, undefined, 2))
    const whole = await after(of, randomBp({ optimizer, ...options }))
    expect(whole.get('layer1.weight')).not.toEqual((await after(of, learner)).get('layer1.weight'))
  }
})

test('a window of more than all steps is all of them', async () => {
  const of = network(0.9, 6)
  expectSame(await after(of, randomBp({ optimizer, window: 100 })), await after(of, randomBp({ optimizer })))
})

test('of a single step, the mean is the step', async () => {
  const of = network(0.9, 6, 4)
  const mean = randomBp({ optimizer, average: 'window' })
  expectSame(await after(of, mean, undefined, 5), await after(of, randomBp({ optimizer }), undefined, 5))
})

test('a window that is sliced twice to nothing is refused', async () => {
  const step = after(network(0.9, 6), randomBp({ window: 3, average: 'sliced-twice' }))
  await expect(step).rejects.toThrow(HillockError)
  await expect(step).rejects.toMatchObject({ code: 'HILLOCK_OPTION' })
})

test.each<[RandomBpOptions, string]>([
  [{ feedback: 'sideways' as 'direct' }, "'feedback' is 'sideways'"],
  [{ average: 'mean' as 'window' }, "'average' is 'mean'"],
  [{ window: 0 }, "'window' is 0"],
  [{ window: 1.5 }, "'window' is 1.5"],
  [{ deviation: 0 }, "'deviation' is 0"],
  [{ feedbck: 'direct' } as RandomBpOptions, "randomBp has no option 'feedbck'\ndid you mean 'feedback'?"],
  [{ optimizer: adam as never }, "'optimizer' is the function 'adam'\ncall it: adam()"],
  [{ regularize: { high: 0.1 } as never }, 'give firingRate()'],
])('refuses %j', (options, message) => {
  expect(() => randomBp(options)).toThrow(expect.objectContaining({ code: 'HILLOCK_OPTION' }))
  expect(() => randomBp(options)).toThrow(message)
})
