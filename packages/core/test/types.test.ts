import { describe, expect, test } from '@jest/globals'
import { dense } from '../src/connections/dense.ts'
import { delta } from '../src/encoders/delta.ts'
import { latency } from '../src/encoders/latency.ts'
import { poisson } from '../src/encoders/poisson.ts'
import { crossEntropy } from '../src/losses/cross-entropy.ts'
import { meanSquaredError } from '../src/losses/mean-squared-error.ts'
import { sequential } from '../src/network/sequential.ts'
import { neuron } from '../src/neuron.ts'
import { adaptiveLif } from '../src/neurons/adaptive-lif.ts'
import { kWinners } from '../src/neurons/k-winners.ts'
import { leaky } from '../src/neurons/leaky.ts'
import { lif } from '../src/neurons/lif.ts'
import { synaptic } from '../src/neurons/synaptic.ts'
import { reference } from '../src/reference/backend.ts'
import { createSession } from '../src/session/session.ts'
import { data, toy } from './toy.ts'

const mine = neuron({
  name: 'mine',
  params: { beta: 0.9, threshold: 1 },
  state: { v: 0 },
  equations: 'pre = beta * v + input\nspike = heaviside(pre - threshold)\nv = pre',
})

/** Each call below is refused by TypeScript, where it reads this file, and by hillock, where it runs. */
describe('wrong at the call, to the compiler and at run time', () => {
  test.each<[string, () => unknown]>([
    // @ts-expect-error
    ['a parameter that lif does not have', () => lif({ bta: 0.9 })],
    // @ts-expect-error
    ['a parameter to learn that it does not have', () => lif({ learn: ['bta'] })],
    // @ts-expect-error
    ['a state to learn', () => leaky({ learn: ['v'] })],
    // @ts-expect-error
    ['a name to record that nothing sets', () => lif({ record: ['prr'] })],
    // @ts-expect-error
    ['a name of another neuron to record', () => synaptic({ record: ['level'] })],
    // @ts-expect-error
    ['one name where a list is meant', () => adaptiveLif({ learn: 'beta' })],
    // @ts-expect-error
    ['a reset that there is not', () => lif({ reset: 'hard' })],
    // @ts-expect-error
    ['a text as a parameter', () => kWinners({ k: '3' })],
    // @ts-expect-error
    ['a parameter of a neuron of one’s own', () => mine({ gamma: 1 })],
    // @ts-expect-error
    ['a parameter of it to learn', () => mine({ learn: ['gamma'] })],
    // @ts-expect-error
    ['an encoder’s parameter', () => poisson({ rate: 3 })],
    // @ts-expect-error
    ['an encoder’s word', () => latency({ code: 'log' })],
    // @ts-expect-error
    ['an encoder’s flag', () => delta({ off: 'yes' })],
    // @ts-expect-error
    ['a reduction that there is not', () => crossEntropy({ reduce: 'foo' })],
    // @ts-expect-error
    ['a reduction of another loss', () => meanSquaredError({ reduce: 'max' })],
    // @ts-expect-error
    ['an option of a connection', () => dense(3, { biass: false })],
    // @ts-expect-error
    ['an initializer', () => dense(3, { weight: 'heUnifrom' })],
    // @ts-expect-error
    ['neurons that were not called', () => sequential(12, [dense(3), lif])],
    // @ts-expect-error
    ['a connection made by hand', () => sequential(12, [{ kind: 'dense', units: 3 }, lif()])],
    // @ts-expect-error
    ['an option of a session', () => createSession({ ...toy(), netwrok: 3 })],
    // @ts-expect-error
    ['a loss that was not called', () => createSession({ ...toy(), loss: crossEntropy })],
    // @ts-expect-error
    ['a backend that was not awaited', () => createSession({ ...toy(), backend: Promise.resolve(reference()) })],
    // @ts-expect-error
    ['an option of training', () => createSession(toy()).train(data, { epoch: 3 }).next()],
    // @ts-expect-error
    ['examples without labels', () => createSession(toy()).evaluate({ ...data.test, labels: undefined })],
    // @ts-expect-error
    ['data without a training set', () => createSession(toy()).train({ test: data.test }).next()],
    // @ts-expect-error
    ['a plain list of images', () => createSession(toy()).predict([0, 1])],
  ])('%s', async (_, call) => {
    await expect((async () => call())()).rejects.toMatchObject({
      code: expect.stringMatching(/^HILLOCK_(OPTION|NAME|LABEL)$/),
    })
  })
})

test('what is right passes both', () => {
  expect(lif({ beta: 0.5, threshold: [1, 2], learn: ['beta', 'threshold'], record: ['pre', 'v'] }).learn).toHaveLength(
    2,
  )
  expect(adaptiveLif({ record: ['level'] }).definition.record).toEqual(['level'])
  expect(mine({ beta: 0.5, learn: ['beta'], record: ['pre'] }).learn).toEqual(['beta'])
  expect(neuron({ name: 'plain', equations: 'spike = input' })({ learn: [], record: [] }).learn).toEqual([])
})
