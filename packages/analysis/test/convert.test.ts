import { convert } from '@hillock/analysis'
import {
  adam,
  avgPool,
  batchNorm,
  constant,
  conv2d,
  createSession,
  crossEntropy,
  dense,
  dropout,
  type Learner,
  lif,
  maxPool,
  type Network,
  network,
  neurons,
  type Snapshot,
  sequential,
} from '@hillock/core'
import { identity } from '@hillock/core/connections'
import { linear, relu } from '@hillock/core/neurons'
import { glyphs } from '@hillock/datasets'
import { bptt } from '@hillock/learner-bptt'
import { expect, test } from '@jest/globals'

const none: Learner = { name: 'none', step: async () => ({ loss: 0, correct: 0 }) }
const open = (net: Network, steps: number, snapshot?: Snapshot, learner: Learner = none) =>
  createSession({
    network: net,
    learner,
    encoder: constant(),
    loss: crossEntropy(),
    steps,
    ...(snapshot && { snapshot }),
  })

test('accuracy comes up to that of the relu network as steps are more', async () => {
  const data = glyphs({ train: 600, test: 200 })
  const net = sequential(
    [28, 28, 1],
    [avgPool(2), conv2d(4, 5, { stride: 2 }), relu(), dropout(0.05), dense(24), relu(), dense(10), linear()],
  )
  const session = open(net, 1, undefined, bptt({ optimizer: adam({ learningRate: 1e-2 }) }))
  for await (const _ of session.train({ train: data.train }, { epochs: 6, batchSize: 32 }));
  const { accuracy } = await session.evaluate(data.test)
  expect(accuracy).toBeGreaterThan(0.8)
  const { network: spiking, snapshot, levels } = await convert(session, data.train)
  expect(levels.map((level) => level > 0)).toEqual([true, true, true])
  const at = async (steps: number) => (await open(spiking, steps, snapshot).evaluate(data.test)).accuracy
  const [few, some, many] = [await at(1), await at(4), await at(64)]
  expect(few).toBeLessThan(some)
  expect(Math.abs(many - accuracy)).toBeLessThanOrEqual(0.01)
})

test('rates are the values of the relu network, through a skip as well', async () => {
  const net = network(3, (input) => {
    const a = neurons(relu(), [dense(4, { bias: { constant: 0.5 } }), input])
    const b = neurons(relu(), [dense(4), a], [identity(), a])
    return neurons(linear(), [dense(2), b])
  })
  const session = open(net, 1)
  const images = { images: Float32Array.of(0.1, 0.7, 0.4, 0.9, 0.2, 0.5), count: 2, features: 3 }
  const { scores } = await session.predict(images)
  const { network: spiking, snapshot } = await convert(session, images, { percentile: 100 })
  const steps = 512
  const found = await open(spiking, steps, snapshot).predict(images)
  for (const [i, score] of scores.entries()) expect(found.scores[i]! / steps).toBeCloseTo(score, 1.7)
})

test.each<[string, Network, string, RegExp]>([
  ['other neurons', sequential(4, [dense(2), lif()]), 'UNSUPPORTED', /layer1 is of lif/],
  ['max pools', sequential([4, 4, 1], [maxPool(2), dense(2), relu()]), 'UNSUPPORTED', /layer1 has a maxPool/],
  ['batch norm', sequential(4, [dense(2), batchNorm(), relu()]), 'UNSUPPORTED', /layer1 has batchNorm/],
  [
    'a layer that is 0',
    sequential(4, [dense(2, { weight: 'zeros', bias: false }), relu()]),
    'RANGE',
    /layer1: 99\.9 % of its values are 0/,
  ],
])('refuses %s', async (_, net, code, message) => {
  const images = { images: new Float32Array(2 * net.inputs).fill(0.5), count: 2, features: net.inputs }
  await expect(convert(open(net, 1), images)).rejects.toMatchObject({
    code: `HILLOCK_${code}`,
    message: expect.stringMatching(message),
  })
  await expect(convert(open(net, 1), images, { percentile: 101 })).rejects.toMatchObject({ code: 'HILLOCK_OPTION' })
})
