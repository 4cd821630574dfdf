import {
  avgPool,
  batchNorm,
  conv2d,
  crossEntropy,
  dense,
  dropout,
  firingRate,
  type Learner,
  lif,
  maxPool,
  type Network,
  network,
  neurons,
  recurrent,
  type Snapshot,
  sequential,
  sgd,
} from '@hillock/core'
import { kernels, oracle } from '@hillock/core/backend'
import { delayed, identity } from '@hillock/core/connections'
import { type Batch, createRuntime, forward, outputError, throughLayers, update } from '@hillock/core/learner'
import type { SourceText } from '@hillock/core/network'
import { generator, stream } from '@hillock/core/random'
import { randomNetwork } from '@hillock/testkit'
import { describe, expect, test } from '@jest/globals'
import { type RandomBpOptions, randomBp } from '../src/index.ts'

const optimizer = sgd({ learningRate: 1 })

/** Weights before and after a step on some noise. */
async function after(of: Network, learner: Learner, snapshot?: Snapshot, [steps, size] = [5, 2]) {
  const runtime = createRuntime({
    network: of,
    backend: oracle(),
    loss: crossEntropy({ reduce: 'mean' }),
    seed: 3,
    snapshot,
  })
  const input = runtime.temporary([steps, size, of.inputs])
  const { uniform } = generator(5, stream.augment)
  const values = Float64Array.from({ length: steps * size * of.inputs }, () => Math.floor(4 * uniform()) / 4)
  runtime.backend.write(input, values)
  const progress = { update: 0, updates: 1, epoch: 0, epochs: 1 }
  const batch: Batch = { input, labels: [0, 1].slice(0, size), steps, size, progress }
  const before = await runtime.snapshot()
  await learner.step(runtime, batch)
  return { before, after: await runtime.snapshot() }
}

/** Backpropagation through time. */
const descent: Learner = {
  name: 'descent',
  async step(runtime, batch) {
    const passes = forward(runtime, batch, { learn: true })
    const error = await outputError(runtime, passes.at(-1)!, batch.labels)
    await update(runtime, optimizer, await throughLayers(runtime, passes, error.signals), batch.progress)
    return error
  },
}

/** The network, in which spikes that come back are a constant to the gradient. */
const cut = (made: Network): Network => ({
  ...made,
  layers: made.layers.map((layer) => {
    const { definition, learn } = layer.neuron
    const equations = definition.equations.replace('product(past, recurrent)', 'product(detach(past), recurrent)')
    return { ...layer, neuron: { ...layer.neuron, kernels: kernels({ ...definition, equations }, learn) } }
  }),
})

/**
 * A snapshot in which all feedback weights are those of the way forward: of the same shape, or transposed where a layer has its own. Undefined where
 * a layer feeds several currents by one such matrix.
 */
function aligned({ layers }: Network, all: Snapshot): Snapshot | undefined {
  const changed = new Map(all)
  for (const [name, { shape }] of all) {
    if (!name.endsWith('.feedback')) continue
    const owner = name.slice(0, -'.feedback'.length)
    const below = layers.findIndex((layer) => layer.name === owner)
    if (below < 0) {
      changed.set(name, all.get(owner)!)
      continue
    }
    const [read, more] = layers.flatMap(({ sources }) => sources.filter(({ from }) => from === below))
    if (more) return undefined
    const { values } = all.get(read!.parts[0]!.weight!)!
    const [outs, ins] = shape as [number, number]
    const transposed = Float64Array.from(values, (_, i) => values[(i % ins) * outs + Math.floor(i / ins)]!)
    changed.set(name, { shape, values: transposed })
  }
  return changed
}

function difference(found: Snapshot, wanted: Snapshot): number {
  const errors = [...wanted].flatMap(([name, { values }]) =>
    Array.from(values, (value, i) => Math.abs(value - found.get(name)!.values[i]!)),
  )
  return Math.max(...errors)
}

test('layered feedback by the weights themselves is the gradient, of random networks', async () => {
  const names = new Set<string>()
  for (let seed = 0; seed < 40; seed++) {
    const made = randomNetwork(seed)
    for (const [recurrent, wanted] of [
      ['through', made],
      ['within', cut(made)],
    ] as const) {
      const learner = randomBp({ optimizer, feedback: 'layered', recurrent })
      const drawn = await after(made, learner)
      for (const name of drawn.after.keys()) if (name.endsWith('.feedback')) names.add(name)
      const start = aligned(made, new Map([...drawn.after, ...drawn.before]))
      if (start === undefined) continue
      const found = await after(made, learner, start)
      const error = difference(found.after, (await after(wanted, descent)).after)
      if (!(error < 1e-12)) throw new Error(`network ${seed}, ${recurrent}: ${error}\n${made}`)
    }
  }
  // Both kinds of names were there.
  expect(names).toContain('layer1.feedback')
  expect(names).toContain('layer2.weight.feedback')
})

test('direct feedback by the weights themselves is the gradient of layers that the output alone reads', async () => {
  const made = network([3, 3, 1], (input) => {
    const hidden = [
      neurons(lif({ threshold: 0.3 }), [conv2d(2, 2, { weight: { uniform: 1 } }), input]),
      neurons(recurrent(lif({ threshold: 0.3 })), [avgPool(2), dense(4, { weight: { uniform: 1 } }), input]),
    ]
    return neurons(lif({ threshold: 0.3 }), ...hidden.map((layer): SourceText => [dense(2), layer]))
  })
  const learner = randomBp({ optimizer, recurrent: 'through' })
  const { before, after: drawn } = await after(made, learner)
  const start = aligned(made, new Map([...drawn, ...before]))
  const [found, wanted] = [await after(made, learner, start), await after(made, descent)]
  expect(difference(found.after, wanted.after)).toBeLessThan(1e-12)
})

/** Convolutions, recurrent neurons, a residual connection and two branches. */
const deep = network([4, 4, 1], (input) => {
  const weight = { uniform: 1 } as const
  const a = neurons(recurrent(lif({ threshold: 0.4 })), [
    conv2d(2, 3, { padding: 1, weight, bias: false }),
    batchNorm(),
    input,
  ])
  const b = neurons(lif({ threshold: 0.4 }), [conv2d(2, 3, { padding: 1, weight }), a], [identity(), a])
  const left = neurons(recurrent(lif({ threshold: 0.4 })), [maxPool(2), dropout(0.2), dense(3, { weight }), b])
  const right = neurons(lif({ threshold: 0.4 }), [dense(3, { weight }), a])
  return neurons(
    lif({ threshold: 0.4 }),
    [dense(2, { weight }), left],
    [delayed(dense(2, { weight }), { steps: 1 }), right],
  )
})

describe.each(['direct', 'layered'] as const)('%s feedback', (feedback) => {
  test.each<RandomBpOptions>([
    {},
    { recurrent: 'through' },
    { window: 4 },
    { window: 4, average: 'window' },
    { window: 4, average: 'sliced-twice' },
    { regularize: firingRate({ low: 0.9, high: 1 }) },
  ])('changes all weights of a deep network, but its own: %j', async (options) => {
    const learner = randomBp({ optimizer, feedback, ...options })
    const { before, after: once } = await after(deep, learner)
    for (const [name, { values }] of before) expect([name, once.get(name)!.values]).not.toEqual([name, values])
    const own = [...once].filter(([name]) => name.endsWith('.feedback'))
    expect(own.map(([name, { shape }]) => [name, ...shape])).toEqual(
      feedback === 'direct'
        ? [
            ['layer1.feedback', 2, 32],
            ['layer2.feedback', 2, 32],
            ['layer3.feedback', 2, 3],
            ['layer4.feedback', 2, 3],
          ]
        : [
            ['layer3.feedback', 2, 3],
            ['layer5.layer4.weight.feedback', 3, 2],
            ['layer4.weight.feedback', 32, 3],
            ['layer3.weight.feedback', 8, 3],
            ['layer2.layer1.weight.feedback', 18, 2],
          ],
    )
    const { after: twice } = await after(deep, learner, once)
    for (const [name, found] of own) expect(twice.get(name)).toEqual(found)
  })
})

test('of a single step, the mean is the step', async () => {
  const [mean, step] = [{ average: 'window' } as const, {}].map((options) =>
    randomBp({ optimizer, feedback: 'layered', ...options }),
  )
  const [found, wanted] = [await after(deep, mean!, undefined, [1, 2]), await after(deep, step!, undefined, [1, 2])]
  expect(difference(found.after, wanted.after)).toBeLessThan(1e-12)
})

test('a mean over the window meets the spikes that come back', async () => {
  const made = sequential(3, [
    dense(4, { weight: { uniform: 1 } }),
    recurrent(lif({ threshold: 0.3 })),
    dense(2),
    lif(),
  ])
  let spikes: ArrayLike<number> = []
  const learner: Learner = {
    name: 'watching',
    async step(runtime, batch) {
      spikes = await runtime.backend.read(forward(runtime, batch)[0]!.spikes)
      return randomBp({ optimizer, average: 'window' }).step(runtime, batch)
    },
  }
  const { before, after: found } = await after(made, learner, undefined, [5, 1])
  const change = (name: string) =>
    Array.from(before.get(name)!.values, (value, i) => value - found.get(name)!.values[i]!)
  const mean = change('layer1.bias').map((sum) => sum / 5)
  const past = [0, 1, 2, 3].map((i) => [0, 1, 2, 3].reduce((count, t) => count + spikes[t * 4 + i]!, 0))
  expect(past.some((count) => count > 0)).toBe(true)
  const wanted = past.flatMap((count) => mean.map((value) => count * value))
  for (const [i, value] of change('layer1.recurrent').entries()) expect(value).toBeCloseTo(wanted[i]!, 12)
})
