import {
  avgPool,
  batchNorm,
  conv2d,
  crossEntropy,
  dense,
  dropout,
  leakyIntegrator,
  lif,
  maxPool,
  type Network,
  type Neuron,
  network,
  neurons,
  recurrent,
  reference,
  sgd,
  synaptic,
} from '@hillock/core'
import { oracle } from '@hillock/core/backend'
import { type Connection, delayed, identity, oneToOne, sparse } from '@hillock/core/connections'
import { generator, stream } from '@hillock/core/random'
import { expect, test } from '@jest/globals'
import { eligibility } from '../src/index.ts'
import { after, difference } from './one-step.ts'

const optimizer = sgd({ rate: 1 })

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

test.each<[string, readonly Connection[], string]>([
  ['maxima of what is learnt', [conv2d(1, 3), maxPool(2)], 'layer1 has maxPool behind conv2d'],
  ['what is dropped of it', [dense(3), dropout(0.2)], 'layer1 has dropout behind dense'],
  ['masks of each step', [dropout(0.2, { each: 'step' }), dense(3)], 'layer1 drops other values at each step'],
  ['delays', [delayed(dense(3), { steps: 1 })], 'layer1 delays spikes'],
  ['batch norm', [dense(3), batchNorm()], 'batchNorm learns from all of the time'],
])('online, %s are refused', async (_, parts, message) => {
  const made = network([4, 4, 2], (input) => neurons(lif(), [dense(3), neurons(lif(), [...parts, input])]))
  const learner = eligibility({ mode: 'online' })
  const step = after(made, learner, 5, crossEntropy({ reduce: 'each' }))
  await expect(step).rejects.toMatchObject({ code: 'HILLOCK_UNSUPPORTED', message: expect.stringContaining(message) })
})
