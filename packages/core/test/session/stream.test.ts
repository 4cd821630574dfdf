import { expect, test } from '@jest/globals'
import { delayed } from '../../src/connections/delayed.ts'
import { dense } from '../../src/connections/dense.ts'
import { constant } from '../../src/encoders/constant.ts'
import { delta } from '../../src/encoders/delta.ts'
import type { Encoder } from '../../src/encoders/encoder.ts'
import { latency } from '../../src/encoders/latency.ts'
import { poisson } from '../../src/encoders/poisson.ts'
import { exampleSize, rows } from '../../src/encoders/rows.ts'
import { crossEntropy } from '../../src/losses/cross-entropy.ts'
import type { Loss } from '../../src/losses/loss.ts'
import { network, neurons } from '../../src/network/graph.ts'
import type { Network } from '../../src/network/layer.ts'
import { sequential } from '../../src/network/sequential.ts'
import { neuron } from '../../src/neuron.ts'
import { leakyIntegrator } from '../../src/neurons/leaky-integrator.ts'
import { lif } from '../../src/neurons/lif.ts'
import { recurrent } from '../../src/neurons/recurrent.ts'
import { synaptic } from '../../src/neurons/synaptic.ts'
import { generator, stream } from '../../src/random/index.ts'
import { reference } from '../../src/reference/backend.ts'
import { createSession, type Session } from '../../src/session/session.ts'
import { bits, data, descent, toy, trained } from '../toy.ts'

const [inputs, batch, steps] = [5, 2, 37]
const weight = { uniform: 1 } as const

const noisy = neuron({
  name: 'noisy',
  params: { beta: 0.8 },
  state: { v: 0 },
  equations: `
    v = beta * v + input + uniform() - 0.5 + 0.1 * sin(t)
    spike = heaviside(v - 1)
    v = v - detach(spike)
  `,
})

const plain = sequential(inputs, [dense(6, { weight }), recurrent(lif()), dense(3, { weight }), synaptic()])
const skipping = network(inputs, (input) => {
  const below = neurons(lif(), [dense(6, { weight }), input])
  return neurons(leakyIntegrator(), [dense(3, { weight }), below], [dense(3, { weight }), input])
})
const drawing = sequential(inputs, [dense(6, { weight }), noisy(), dense(3, { weight }), lif()])

/** Delays shorter and longer than spans: behind and before other connections, of the input too, and added to what is not delayed. */
const late = network(inputs, (input) => {
  const perInput = [0, 3, 1, 20, 2]
  const below = neurons(lif(), [delayed(dense(6, { weight }), { perInput }), input], [dense(6, { weight }), input])
  const perSynapse = Array.from({ length: 18 }, (_, i) => (7 * i) % 19)
  const slow = [dense(4, { weight }), delayed(dense(3, { weight }), { steps: 2 })]
  return neurons(leakyIntegrator(), [...slow, below], [delayed(dense(3, { weight }), { perSynapse }), below])
})

const cases: Record<string, { of: Network; encoder: Encoder; loss?: Loss }> = {
  'spikes at random': { of: plain, encoder: poisson({ probability: 0.5 }) },
  'a constant current, past a layer too': { of: skipping, encoder: constant(), loss: crossEntropy({ on: 'v' }) },
  'a code in time': { of: plain, encoder: latency() },
  'values of each step': { of: skipping, encoder: rows(), loss: crossEntropy({ on: 'v', reduce: 'max' }) },
  'changes of them': { of: plain, encoder: rows(delta({ threshold: 0.2, off: true })) },
  'spikes that arrive later': { of: late, encoder: poisson({ probability: 0.5 }), loss: crossEntropy({ on: 'v' }) },
  'a constant current that arrives later': { of: late, encoder: constant(), loss: crossEntropy({ on: 'v' }) },
  'values of each step that arrive later': { of: late, encoder: rows(), loss: crossEntropy({ on: 'v' }) },
  'neurons with noise': { of: drawing, encoder: constant() },
  'neurons with noise, changes': { of: drawing, encoder: rows(delta({ threshold: 0.2 })) },
}

const sessionOf = ({ of, encoder, loss = crossEntropy() }: (typeof cases)[string]): Session =>
  createSession({ network: of, encoder, loss, learner: descent(), steps, seed: 3 })

const values = (count: number) => Float32Array.from({ length: count }, generator(7, stream.augment).uniform)

/** Some steps of every sample's rows; what is shown at every step stays as it is. */
function partOf({ rows: moving }: Encoder, whole: Float32Array, from: number, count: number): Float32Array {
  if (!moving) return whole
  const size = steps * inputs
  const pieces = Array.from({ length: batch }, (_, b) => b * size + from * inputs)
  return Float32Array.from(pieces.flatMap((at) => [...whole.subarray(at, at + count * inputs)]))
}

test.each(Object.entries(cases))('a stream in pieces gives the bits of the whole: %s', async (_, given) => {
  const session = sessionOf(given)
  const features = exampleSize(given.encoder, inputs, steps)
  const images = values(batch * features)
  const reads = given.loss ? 'v' : 'spike'
  const wanted = await session.observe({ images, count: batch, features }, async (passes, backend) => {
    const { spikes, kept } = passes.at(-1)!
    return {
      spikes: [...(await backend.read(spikes))],
      output: [...(await backend.read(reads === 'v' ? kept.v! : spikes))],
    }
  })
  const { scores, predictions } = await session.predict(images)

  const flow = session.stream({ batch })
  for (const pieces of [[steps], new Array(steps).fill(1), [3, 13, 16, 5], [20, 1, 16]] as number[][]) {
    const found = { spikes: new Array(batch * steps * 3), output: new Array(batch * steps * 3) }
    for (const count of pieces) {
      const from = flow.steps
      const step = await flow.step(partOf(given.encoder, images, from, count), { steps: count })
      for (const name of ['spikes', 'output'] as const)
        for (const [i, value] of step[name].entries()) {
          const [b, t, n] = [Math.floor(i / (count * 3)), Math.floor(i / 3) % count, i % 3]
          found[name][((from + t) * batch + b) * 3 + n] = value
        }
      if (count === steps) expect([step.scores, step.predictions]).toEqual([scores, predictions])
    }
    expect([pieces, found]).toEqual([pieces, wanted])
    await flow.reset()
  }
})

test('what is refused loses nothing', async () => {
  const session = sessionOf(cases['spikes at random']!)
  const [given, alone] = [session.stream(), session.stream()]
  const input = values(inputs)
  await given.step(input)
  for (const [wrong, code] of [
    [values(inputs + 1), 'HILLOCK_SHAPE'],
    [[...input] as never, 'HILLOCK_OPTION'],
    [Float32Array.of(0, 0, 2, 0, 0), 'HILLOCK_RANGE'],
  ] as const)
    await expect(given.step(wrong)).rejects.toMatchObject({ code })
  await expect(given.step(input, { steps: 0 })).rejects.toMatchObject({ code: 'HILLOCK_OPTION' })
  const [first, second] = [given.step(input), given.step(input)]
  await expect(second).rejects.toMatchObject({ code: 'HILLOCK_BUSY' })
  const found = await first
  await alone.step(input)
  expect(found).toEqual(await alone.step(input))
  expect([given.steps, alone.steps]).toEqual([2, 2])
})

test('a stream of rows takes as many steps as there are values for', async () => {
  const session = sessionOf(cases['values of each step']!)
  const flow = session.stream()
  await flow.step(values(4 * inputs))
  await expect(flow.step(values(inputs + 1))).rejects.toMatchObject({ code: 'HILLOCK_SHAPE' })
  await expect(flow.step(values(4 * inputs), { steps: 3 })).rejects.toMatchObject({ code: 'HILLOCK_SHAPE' })
  expect(flow.steps).toBe(4)
})

test('a state that breaks down leaves the stream where it was', async () => {
  const growing = neuron({ name: 'growing', state: { v: 1 }, equations: 'v = v * 1e20 + input\nspike = v > 0' })
  const session = sessionOf({ of: sequential(inputs, [dense(2), growing()]), encoder: constant() })
  const flow = session.stream()
  const input = values(inputs)
  await flow.step(input)
  for (const _ of [1, 2]) await expect(flow.step(input)).rejects.toMatchObject({ code: 'HILLOCK_NOT_FINITE' })
  expect(flow.steps).toBe(1)
})

test('it goes on in training, and on another backend, and leaves nothing behind', async () => {
  const backend = reference()
  const [session, alone] = [{ ...toy(), backend }, toy()].map(createSession) as [Session, Session]
  const [flow, other] = [session.stream(), alone.stream()]
  const input = values(12)
  await flow.step(input)
  await other.step(input)
  await trained(session)
  const { live } = session.backend
  const learnt = await flow.step(input, { steps: 3 })
  expect(session.backend.live).toBe(live)
  await session.use(reference())
  await trained(alone)
  expect(await other.step(input, { steps: 3 })).toEqual(learnt)
  expect(await flow.step(input)).toEqual(await other.step(input))
  expect(bits(await session.snapshot())).toEqual(bits(await alone.snapshot()))
  await session.evaluate(data.test)
  await session.dispose()
  await expect(flow.step(input)).rejects.toMatchObject({ code: 'HILLOCK_DISPOSED' })
})

test('a constant current reaches neurons after the delay', async () => {
  const one = { weight: { constant: 1 }, bias: false } as const
  const of = sequential(1, [delayed(dense(1, one), { steps: 2 }), leakyIntegrator({ beta: 0.5 })])
  const flow = sessionOf({ of, encoder: constant(), loss: crossEntropy({ on: 'v' }) }).stream()
  expect([...(await flow.step(Float32Array.of(1), { steps: 5 })).output]).toEqual([0, 0, 1, 1.5, 1.75])
})
