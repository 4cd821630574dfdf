import {
  avgPool,
  constant,
  conv2d,
  createSession,
  crossEntropy,
  dense,
  type Learner,
  leakyIntegrator,
  lif,
  type Network,
  type Neuron,
  type Optimizer,
  recurrent,
  type Session,
  type Snapshot,
  sequential,
  sgd,
} from '@hillock/core'
import { type Connection, quantized } from '@hillock/core/connections'
import { forward, outputError, throughLayers, update } from '@hillock/core/learner'
import { relu } from '@hillock/core/neurons'
import { describe, expect, test } from '@jest/globals'

const bptt = ({ optimizer }: { optimizer: Optimizer }): Learner => ({
  name: 'bptt',
  async step(runtime, batch) {
    const passes = forward(runtime, batch, { learn: true })
    const error = await outputError(runtime, passes.at(-1)!, batch.labels)
    await update(runtime, optimizer, await throughLayers(runtime, passes, error.signals), batch.progress)
    return error
  },
})

const few = { bits: 3, step: 0.25 }
/** The same by hand. */
const nearest = (w: number) => Math.min(Math.max(Math.floor(w / 0.25 + 0.5), -3), 3) * 0.25

const images = { images: Float32Array.from({ length: 36 }, (_, i) => (i % 7) / 8), count: 4, features: 9 }
const data = { ...images, labels: [0, 1, 1, 0], classes: 2 }
const openNetwork = (network: Network, snapshot?: Snapshot): Session =>
  createSession({
    network,
    learner: bptt({ optimizer: sgd({ learningRate: 0.125 }) }),
    encoder: constant(),
    loss: crossEntropy({ on: 'v' }),
    steps: 4,
    ...(snapshot && { snapshot }),
  })
const open = (wrap: (part: Connection) => Connection, snapshot?: Snapshot): Session =>
  openNetwork(
    sequential(
      [3, 3, 1],
      [
        wrap(conv2d(4, 2, { weight: { uniform: 1 } })),
        lif(),
        wrap(dense(2, { weight: { uniform: 1 } })),
        leakyIntegrator(),
      ],
    ),
    snapshot,
  )

/** What one session says and learns is what another does whose weights of these names are rounded by hand. */
async function sameAs(own: Session, plain: (snapshot: Snapshot) => Session, names = /./): Promise<void> {
  const start = await own.snapshot()
  const [rounds, farther] = [[...start.keys()].filter((name) => names.test(name)), (w: number) => nearest(w) !== w]
  expect(rounds.every((name) => [...start.get(name)!.values].some(farther))).toBe(true)
  const rounded = new Map(
    [...start].map(([name, { shape, values }]) => [
      name,
      { shape, values: Float32Array.from(values, rounds.includes(name) ? nearest : (w) => w) },
    ]),
  )
  const by = plain(rounded)
  expect(await own.predict(images)).toEqual(await by.predict(images))
  for (const session of [own, by]) for await (const _ of session.train({ train: data }, { batchSize: 4 }));
  const [learnt, wanted] = [await own.snapshot(), await by.snapshot()]
  expect(rounds.some((name) => wanted.get(name)!.values.some((w, i) => w !== rounded.get(name)!.values[i]))).toBe(true)
  for (const [name, { values }] of wanted) {
    const changes = Array.from(values, (value, i) => value - rounded.get(name)!.values[i]!)
    for (const [i, change] of changes.entries())
      expect(learnt.get(name)!.values[i]! - start.get(name)!.values[i]!).toBeCloseTo(change, 6)
  }
}

describe('weights of few bits', () => {
  test('are used as the nearest multiples, and learn as if they were those', () =>
    sameAs(
      open((part) => quantized(part, few)),
      (snapshot) => open((part) => part, snapshot),
    ))

  test.each(['layer', 'itself'] as const)('recurrent ones too, to: %s', async (to) => {
    const own = (wrap: (neuron: Neuron) => Neuron, snapshot?: Snapshot) =>
      openNetwork(
        sequential(9, [
          dense(6, { weight: { uniform: 1 } }),
          wrap(recurrent(lif({ threshold: 0.5 }), { to, weight: { uniform: 1 } })),
          dense(2, { weight: { uniform: 1 } }),
          leakyIntegrator(),
        ]),
        snapshot,
      )
    await sameAs(
      own((neuron) => quantized(neuron, few)),
      (snapshot) => own((neuron) => neuron, snapshot),
      /recurrent$/,
    )
  })

  test('are said in the table of a network', () => {
    expect(String(sequential(4, [quantized(dense(2), few), quantized(recurrent(lif()), few)]))).toMatch(
      /dense, 3 bits \+ recurrent, 3 bits/,
    )
  })
})

test('states of few bits are multiples of the step, and errors pass through', async () => {
  const neuron = quantized(lif({ beta: 0.875 }), { bits: 4, step: 0.25 })
  const session = createSession({
    network: sequential(9, [dense(6, { weight: { uniform: 2 } }), neuron, dense(2), leakyIntegrator()]),
    learner: bptt({ optimizer: sgd({ learningRate: 0.5 }) }),
    encoder: constant(),
    loss: crossEntropy({ on: 'v' }),
    steps: 8,
  })
  const states = await session.observe(data, async ([first], backend) => Array.from(await backend.read(first!.kept.v!)))
  expect(states.every((v) => Number.isInteger(4 * v) && Math.abs(v) <= 1.75)).toBe(true)
  expect(new Set(states).size).toBeGreaterThan(6)
  const before = (await session.snapshot()).get('layer1.weight')!.values.slice()
  for await (const _ of session.train({ train: data }, { batchSize: 4 }));
  expect((await session.snapshot()).get('layer1.weight')!.values).not.toEqual(before)
})

test('recurrent neurons may have states of few bits', () => {
  const made = recurrent(quantized(lif(), few))
  expect(Object.keys(made.definition.state)).toEqual(['v', 'past'])
})

test.each<[string, Connection | Neuron, object, RegExp]>([
  ['no weights', avgPool(2), few, /has weights/],
  ['no states', relu(), few, /have states/],
  ['recurrent weights that are so already', quantized(recurrent(lif()), few), few, /quantize its weights once/],
  ['a step that is no power of two', dense(2), { bits: 4, step: 0.1 }, /power of two/],
  ['one bit', dense(2), { bits: 1, step: 0.5 }, /bits/],
])('%s are refused', (_, part, options, message) => {
  const told = expect.objectContaining({ code: 'HILLOCK_OPTION', message: expect.stringMatching(message) })
  expect(() => quantized(part, options as typeof few)).toThrow(told)
})
