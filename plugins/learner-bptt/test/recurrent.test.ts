import { constant, createSession, crossEntropy, dense, leaky, recurrent, sequential } from '@hillock/core'
import { expect, test } from '@jest/globals'
import { bptt } from '../src/index.ts'

test('a diagonal that is not wanted stays 0, and all else is learnt', async () => {
  const network = sequential(4, [dense(6), recurrent(leaky({ beta: 0.5 }), { diagonal: false }), dense(2), leaky()])
  expect(network.toString()).toContain('recurrent leaky')
  const session = createSession({
    network,
    learner: bptt(),
    encoder: constant(),
    loss: crossEntropy(),
    steps: 12,
    seed: 1,
  })
  const before = await session.snapshot()
  const images = Float32Array.from({ length: 40 * 4 }, (_, i) => 2 * (((i * 7) % 5) / 5))
  const labels = Uint8Array.from({ length: 40 }, (_, i) => i % 2)
  const train = { images, labels, count: 40, features: 4, classes: 2 }
  for await (const _ of session.train({ train, test: train }, { epochs: 2, batchSize: 8, test: 'last' }));
  const after = await session.snapshot()
  const [start, end] = [before, after].map((snapshot) => Array.from(snapshot.get('layer1.recurrent')!.values))
  expect(start!.filter((_, i) => i % 7 === 0)).toEqual([0, 0, 0, 0, 0, 0])
  expect(end!.filter((_, i) => i % 7 === 0)).toEqual([0, 0, 0, 0, 0, 0])
  expect(end).not.toEqual(start)
  await session.dispose()
})
