import {
  adaptiveLif,
  avgPool,
  batchNorm,
  conv2d,
  crossEntropy,
  dense,
  dropout,
  flatten,
  leakyIntegrator,
  lif,
  maxPool,
  type Network,
  type Neuron,
  network,
  neuron,
  neurons,
  recurrent,
  reference,
  sequential,
  sgd,
  synaptic,
} from '@hillock/core'
import { oracle } from '@hillock/core/backend'
import { type Connection, delayed, identity, oneToOne, sparse } from '@hillock/core/connections'
import { generator, stream } from '@hillock/core/random'
import { expect, test } from '@jest/globals'
import { eligibility } from '../src/index.ts'
import { after, difference } from './one-step.ts'

const optimizer = sgd({ learningRate: 1 })

/** A network of random layers that can be learnt online. */
function onlineNetwork(seed: number): Network {
  const { uniform } = generator(seed, stream.augment)
  const one = <T>(...choices: readonly T[]): T => choices[Math.floor(uniform() * choices.length)]!
  const options = () => ({ weight: { uniform: 0.8 }, bias: one(true, false) }) as const
  const plain = () => one(lif({ threshold: 0.4 }), synaptic({ threshold: 0.4 }))
  const some = () =>
    one<() => Neuron>(
      plain,
      () => recurrent(plain(), { weight: { uniform: 0.8 } }),
      () => recurrent(plain(), { weight: { uniform: 0.8 }, diagonal: false }),
    )()
  const pool = () => one<Connection>(avgPool(2), maxPool(2), dropout(0.3), identity())
  const scale = one<Connection>(avgPool(2), identity())
  return network([4, 4, 2], (input) => {
    const [a, b, c] = [
      neurons(some(), [conv2d(2, 3, { padding: 1, ...options() }), scale, input], [scale, oneToOne(options()), input]),
      neurons(some(), [pool(), conv2d(2, 3, { padding: 1, groups: 2, ...options() }), conv2d(1, 1, options()), input]),
      neurons(some(), [one<Connection>(dense(4, options()), sparse(4, { density: 0.5, seed, ...options() })), input]),
    ] as const
    const deep = uniform() < 0.5 ? neurons(some(), [dense(3, options()), b], [dense(3, options()), c]) : b
    return neurons(
      one(leakyIntegrator(), lif({ threshold: 0.4 })),
      [dense(3, options()), a],
      [dense(3), deep],
      [dense(3), c],
    )
  })
}

test('online and algebraic give the same update of random networks', async () => {
  for (let seed = 0; seed < 12; seed++) {
    const made = onlineNetwork(seed)
    for (const [feedback, backend, tolerance] of [
      ['random', oracle, 1e-12],
      ['symmetric', oracle, 1e-12],
      ['random', reference, 1e-4],
    ] as const) {
      const of = (mode: 'algebraic' | 'online') =>
        after(made, eligibility({ optimizer, feedback, mode }), 5, crossEntropy({ reduce: 'each' }), backend())
      const [online, algebraic] = [await of('online'), await of('algebraic')]
      const error = difference(online.after, algebraic.after)
      if (!(error < tolerance)) throw new Error(`network ${seed}, ${feedback}: ${error}\n${made}`)
    }
  }
})

/** Neurons whose traces are one for each synapse, or that learn, behind connections that delay. */
function ownNetwork(seed: number, { late, filtered }: { late: boolean; filtered: boolean }): Network {
  const { uniform } = generator(seed, stream.augment)
  const one = <T>(...choices: readonly T[]): T => choices[Math.floor(uniform() * choices.length)]!
  const weight = { uniform: 0.8 } as const
  const options = () => ({ weight, bias: one(true, false) })
  const threshold = 0.4
  const plain = () =>
    one(
      adaptiveLif({ threshold, strength: 0.4 }),
      adaptiveLif({ threshold, learn: ['rho', 'strength'] }),
      adaptiveLif({ threshold, beta: [0.5, 0.6, 0.7, 0.8] }),
      lif({ threshold, reset: 'zero' }),
      lif({ threshold, learn: ['beta', 'threshold'], detach: false }),
      synaptic({ threshold, alpha: [0.5, 0.6, 0.7, 0.8], learn: ['alpha', 'beta'] }),
      fromAbove({ start: [0.1, 0.2, 0.3, 0.4], learn: ['start', 'tau'] }),
    )
  const some = () =>
    one<() => Neuron>(
      plain,
      () => recurrent(plain(), { weight }),
      () => recurrent(plain(), { weight, diagonal: false }),
      () => recurrent(plain(), { weight, to: 'itself' }),
    )()
  const delays = () =>
    one(
      { steps: one(1, 2) },
      { perInput: Array.from({ length: 32 }, (_, i) => i % 3) },
      { perSynapse: Array.from({ length: 128 }, (_, i) => i % 4) },
    )
  return network([4, 4, 2], (input) => {
    const from = [
      neurons(some(), [dense(4, options()), input], [delayed(dense(4, options()), delays()), input]),
      neurons(some(), [avgPool(2), conv2d(1, 1, options()), input]),
      neurons(some(), [
        one(avgPool(2), maxPool(2)),
        delayed(conv2d(1, 2, { padding: 1, stride: 2, ...options() }), { steps: 1 }),
        input,
      ]),
      neurons(some(), [sparse(4, { density: 0.5, seed, ...options() }), input], [flatten(), dense(4), input]),
      neurons(lif({ threshold }), [
        delayed(conv2d(1, 1, options()), { steps: 1 }),
        filtered ? flatten() : avgPool(2),
        input,
      ]),
    ]
    const [a, b] = [one(...from), one(...from)]
    const out = () => (late ? delayed(dense(3, options()), { steps: one(1, 2) }) : dense(3, options()))
    return neurons(
      filtered
        ? one(leakyIntegrator({ beta: 0.7, learn: ['beta'] }), synaptic({ reset: 'none' }), lif({ threshold }))
        : one<Neuron>(leakyIntegrator(), adaptiveLif({ threshold }), lif({ threshold, learn: ['beta'] })),
      [out(), a],
      [out(), b],
      [dense(3), input],
    )
  })
}

/** A state that starts from a parameter, and another that decays by a time constant. */
const fromAbove = neuron({
  name: 'fromAbove',
  params: { start: 0.3, tau: 5 },
  state: { v: 'start', u: 0 },
  equations: `
    u = exp(-1 / tau) * u + input
    v = 0.8 * v + u
    spike = heaviside(v - 0.4)
    v = v - 0.4 * spike`,
})

test('so they do of neurons with traces for each synapse, learnt neurons and delays', async () => {
  for (let seed = 0; seed < 16; seed++) {
    const [late, filtered] = [seed % 4 === 3, seed % 2 === 0]
    const made = ownNetwork(seed, { late, filtered })
    const error = filtered ? 'current' : 'output'
    for (const [feedback, backend, tolerance] of [
      ['random', oracle, 1e-11],
      [late ? 'random' : 'symmetric', oracle, 1e-11],
      ['random', reference, 1e-4],
    ] as const) {
      const of = (mode: 'algebraic' | 'online') =>
        after(made, eligibility({ optimizer, feedback, error, mode }), 6, crossEntropy({ reduce: 'each' }), backend())
      const [online, algebraic] = [await of('online'), await of('algebraic')]
      const off = difference(online.after, algebraic.after)
      if (!(off < tolerance)) throw new Error(`network ${seed}, ${feedback}: ${off}\n${made}`)
    }
  }
})

test.each<[string, readonly Connection[], string]>([
  ['maxima of what is learnt', [conv2d(1, 3), maxPool(2)], 'layer1 has maxPool behind conv2d'],
  ['what is dropped of it', [dense(3), dropout(0.2)], 'layer1 has dropout behind dense'],
  ['masks of each step', [dropout(0.2, { each: 'step' }), dense(3)], 'layer1 drops other values at each step'],
  ['delays of what is learnt', [dense(3), delayed(dense(3), { steps: 1 })], 'layer1 has delayed behind dense'],
  ['batch norm', [dense(3), batchNorm()], 'layer1 has batchNorm, which learns from all of the time'],
])('online, %s are refused', async (_, parts, message) => {
  const made = network([4, 4, 2], (input) => neurons(lif(), [dense(3), neurons(lif(), [...parts, input])]))
  const learner = eligibility({ mode: 'online' })
  const step = after(made, learner, 5, crossEntropy({ reduce: 'each' }))
  await expect(step).rejects.toMatchObject({ code: 'HILLOCK_UNSUPPORTED', message: expect.stringContaining(message) })
})

test.each<[string, Network, string]>([
  [
    'symmetric feedback through delays',
    sequential(32, [dense(3), lif(), delayed(dense(3), { steps: 1 }), lif()]),
    'layer2 delays spikes, and symmetric feedback would go back in time',
  ],
  [
    'pools behind the weights of neurons with traces for each synapse',
    sequential([4, 4, 2], [conv2d(1, 1), avgPool(2), adaptiveLif(), dense(3), lif()]),
    'layer1 (adaptiveLif) has a trace for each synapse, and avgPool behind conv2d',
  ],
  [
    'errors of the current of a readout that is no filter',
    sequential(32, [dense(3), lif(), dense(3), adaptiveLif()]),
    'layer2 (adaptiveLif) is no linear filter of a current',
  ],
])('online, %s are refused', async (_, made, message) => {
  const learner = eligibility({ mode: 'online', feedback: 'symmetric', error: 'current' })
  const step = after(made, learner, 5, crossEntropy({ reduce: 'each' }))
  await expect(step).rejects.toMatchObject({ code: 'HILLOCK_UNSUPPORTED', message: expect.stringContaining(message) })
})
