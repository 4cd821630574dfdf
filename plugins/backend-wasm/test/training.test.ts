import { wasm } from '@hillock/backend-wasm'
import { expect, jest, test } from '@jest/globals'
import { training } from './training.ts'

async function weightsAfter(threads: number) {
  const { data, session } = training(await wasm({ threads }))
  const reports = []
  // The last batch of an epoch is smaller.
  for await (const report of session.train(data, { epochs: 2, batchSize: 32 })) reports.push(report)
  const weights = await session.snapshot()
  await session.dispose()
  return { weights, losses: reports.map(({ trainLoss, density }) => [trainLoss, ...density]) }
}

jest.setTimeout(60_000)

test.each([2, 3, 4, 1])('training on %d threads gives the bits of one thread', async (threads) => {
  const [one, other] = [await weightsAfter(1), await weightsAfter(threads)]
  expect(one.losses[1]![0]).toBeLessThan(one.losses[0]![0]!)
  expect(other.losses).toEqual(one.losses)
  expect([...other.weights.keys()]).toEqual([...one.weights.keys()])
  for (const [name, { values }] of one.weights) expect([name, other.weights.get(name)!.values]).toEqual([name, values])
})
