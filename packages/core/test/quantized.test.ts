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
const open = (wrap: (part: Connection) => Connection, snapshot?: Snapshot): Session =>
  createSession({
    network: sequential(
      [3, 3, 1],
      [
        wrap(conv2d(4, 2, { weight: { uniform: 1 } })),
        lif(),
        wrap(dense(2, { weight: { uniform: 1 } })),
        leakyIntegrator(),
      ],
    ),
    learner: bptt({ optimizer: sgd({ rate: 0.125 }) }),
    encoder: constant(),
    loss: crossEntropy({ on: 'v' }),
    steps: 4,
    ...(snapshot && { snapshot }),
  })

describe('weights of few bits', () => {
  test('are used as the nearest multiples, and learn as if they were those', async () => {
    const [own, plain] = [open((part) => quantized(part, few)), open((part) => part)]
    const start = await own.snapshot()
    expect([...start.get('layer1.weight')!.values].some((w) => Math.abs(w) > 0.75 && nearest(w) !== w)).toBe(true)
    const rounded = new Map(
      [...start].map(([name, { shape, values }]) => [name, { shape, values: values.map(nearest) as Float32Array }]),
    )
    await plain.dispose()
    const by = open((part) => part, rounded)
    expect(await own.predict(images)).toEqual(await by.predict(images))
    for (const session of [own, by]) for await (const _ of session.train({ train: data }, { batchSize: 4 }));
    const [learnt, wanted] = [await own.snapshot(), await by.snapshot()]
    for (const [name, { values }] of wanted)
      for (const [i, value] of values.entries())
        expect(learnt.get(name)!.values[i]! - start.get(name)!.values[i]!).toBeCloseTo(
          value - rounded.get(name)!.values[i]!,
          6,
        )
    expect(learnt).not.toEqual(start)
  })

  test('are said in the table of a network', () => {
    expect(String(sequential(4, [quantized(dense(2), few), lif()]))).toMatch(/dense, 3 bits/)
  })
})

test('states of few bits are multiples of the step, and errors pass through', async () => {
  const neuron = quantized(lif({ beta: 0.875 }), { bits: 4, step: 0.25 })
  const session = createSession({
    network: sequential(9, [dense(6, { weight: { uniform: 2 } }), neuron, dense(2), leakyIntegrator()]),
    learner: bptt({ optimizer: sgd({ rate: 0.5 }) }),
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
  ['no states', relu(), few, /which has no states/],
  ['neurons that are recurrent already', recurrent(lif()), few, /recurrent already/],
  ['a step that is no power of two', dense(2), { bits: 4, step: 0.1 }, /power of two/],
  ['one bit', dense(2), { bits: 1, step: 0.5 }, /bits/],
])('%s are refused', (_, part, options, message) => {
  const told = expect.objectContaining({ code: 'HILLOCK_OPTION', message: expect.stringMatching(message) })
  expect(() => quantized(part, options as typeof few)).toThrow(told)
})
