import { describe, expect, test } from '@jest/globals'
import { dense } from '../../src/connections/dense.ts'
import { sequential } from '../../src/network/sequential.ts'
import { type Neuron, neuron } from '../../src/neuron.ts'
import {
  adaptiveLif,
  alpha,
  gradedSpike,
  lapicque,
  leaky,
  leakyIntegrator,
  lif,
  synaptic,
} from '../../src/neurons/index.ts'
import { optimizer } from '../../src/optimizers/optimizer.ts'
import { oracle } from '../../src/reference/oracle.ts'
import { createSession } from '../../src/session/session.ts'
import { descent, toy, trained } from '../toy.ts'

/** Moves all that is learnt up for some steps, then down, whatever the gradient says. */
const swing = optimizer({
  name: 'swing',
  params: { learningRate: 0.03 },
  bounds: { learningRate: [0, 1] },
  equations: 'weight = weight + where(step <= 20, learningRate, -learningRate)',
})

/** The values of a hidden layer's parameters after each of 60 batches. */
async function learnt(hidden: Neuron, options = {}): Promise<Record<string, number[]>[]> {
  const network = sequential(12, [dense(4), hidden, dense(3), leakyIntegrator()])
  const session = createSession({ ...toy(), network, learner: descent(swing()), ...options })
  const found: Record<string, number[]>[] = []
  const onBatch = async () => {
    const snapshot = await session.snapshot()
    found.push(Object.fromEntries(hidden.learn.map((param) => [param, [...snapshot.get(`layer1.${param}`)!.values]])))
  }
  await trained(session, { epochs: 20, test: 'last', onBatch })
  return found
}

describe('what is learnt stays within its bounds after each batch, and comes back from their ends', () => {
  test.each<[string, Neuron]>([
    ['leaky', leaky({ learn: ['beta'] })],
    ['lif', lif({ learn: ['beta'] })],
    ['synaptic', synaptic({ learn: ['beta'] })],
    ['adaptiveLif', adaptiveLif({ learn: ['beta'] })],
    ['leakyIntegrator', leakyIntegrator({ learn: ['beta'] })],
    ['lif, one for each neuron', lif({ beta: [0.5, 0.6, 0.9, 1], learn: ['beta'] })],
  ])('the beta of %s', async (_, hidden) => {
    const found = await learnt(hidden)
    for (const { beta } of found) for (const value of beta!) expect([value >= 0, value <= 1]).toEqual([true, true])
    expect(found[19]!.beta).toEqual(new Array(found[19]!.beta!.length).fill(1))
    expect(found.at(-1)!.beta).toEqual(new Array(found[19]!.beta!.length).fill(0))
  })

  test('an end that is left out', async () => {
    const found = await learnt(gradedSpike({ threshold: 0.3, learn: ['threshold'] }))
    expect(found.at(-1)!.threshold).toEqual([2 ** -126])
  })

  test('a neuron of one’s own, in f64 too', async () => {
    const mine = neuron({
      name: 'mine',
      params: { beta: 0.5 },
      bounds: { beta: [0.45, 0.55] },
      state: { v: 0 },
      equations: 'v = beta * v + input\nspike = heaviside(v - 1)',
    })
    for (const options of [{}, { backend: oracle() }]) {
      const found = (await learnt(mine({ learn: ['beta'] }), options)).flatMap(({ beta }) => beta!)
      expect(Math.min(...found)).toBeGreaterThanOrEqual(0.45)
      expect(Math.max(...found)).toBeLessThanOrEqual(0.55)
      expect(Math.max(...found) - Math.min(...found)).toBeCloseTo(0.1, 6)
    }
  })

  test('bounds that move with another parameter that is learnt', async () => {
    const found = await learnt(alpha({ alpha: 0.9, beta: 0.2, learn: ['beta', 'alpha'] }))
    expect(found.filter(({ alpha, beta }) => !(alpha![0]! > beta![0]! && alpha![0]! < 1 && beta![0]! > 0))).toEqual([])
    expect(Math.max(...found.map(({ beta }) => beta![0]!))).toBeCloseTo(0.8, 5)
  })

  test('bounds that move with another parameter that is given', async () => {
    const found = await learnt(lapicque({ R: 1, dt: 0.01, learn: ['R'] }))
    expect(found.filter(({ R }) => !(2 * R![0]! * 0.01 >= 0.01))).toEqual([])
    expect(found.at(-1)!.R![0]).toBeCloseTo(0.5, 6)
  })
})

test('a parameter that diverges is not taken for one at the end of its range', async () => {
  const broken = optimizer({
    name: 'broken',
    params: { learningRate: 1 },
    bounds: { learningRate: [0, 1] },
    equations: 'weight = where(step == 2, 1 / (weight - weight), weight) * learningRate',
  })
  const network = sequential(12, [dense(4), lif({ learn: ['beta'] }), dense(3), leakyIntegrator()])
  const session = createSession({ ...toy(), network, learner: descent(broken()) })
  await expect(trained(session, { epochs: 2 })).rejects.toMatchObject({ code: 'HILLOCK_NOT_FINITE' })
})
