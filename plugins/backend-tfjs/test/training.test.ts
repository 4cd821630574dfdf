import { type Backend, reference, type Session } from '@hillock/core'
import { expect, test } from '@jest/globals'
import { tfjs } from '../src/index.ts'
import { data, losses, training } from './training.ts'

const options = { epochs: 2, batchSize: 16 }
const makers: Record<string, () => Backend | Promise<Backend>> = {
  reference,
  cpu: () => tfjs({ backend: 'cpu' }),
  wasm: () => tfjs({ backend: 'wasm' }),
}

function expectClose(found: readonly number[], wanted: readonly number[]): void {
  found.forEach((loss, epoch) => {
    expect(Math.abs(loss / wanted[epoch]! - 1)).toBeLessThan(1e-6)
  })
}

async function weightsOf(session: Session): Promise<[string, number[]][]> {
  return [...(await session.snapshot())].map(([name, { values }]) => [name, Array.from(values)])
}

test.each(['cpu', 'wasm'])('training on %s gives the losses of the reference to six digits', async (name) => {
  const [found, wanted] = [await losses(await makers[name]!()), await losses(reference())]
  expect(wanted[1]).toBeLessThan(wanted[0]!)
  expectClose(found, wanted)
})

test.each(['cpu', 'wasm'])('training on %s gives the same bits each time', async (name) => {
  const found = []
  for (let time = 0; time < 2; time++) {
    const session = training(await makers[name]!())
    for await (const _ of session.train(data, { epochs: 1, batchSize: 16 }));
    found.push(await weightsOf(session))
    await session.dispose()
  }
  expect(found[1]).toEqual(found[0])
})

test('training goes on where backends are swapped between batches', async () => {
  const others = ['wasm', 'reference', 'cpu', 'wasm', 'cpu', 'reference']
  const session = training(reference())
  const [swapped, wanted]: [number[], number[]] = [[], await losses(reference())]
  const onBatch = async () => {
    const next = others.shift()
    if (next) await session.use(await makers[next]!())
  }
  for await (const { trainLoss } of session.train(data, { ...options, onBatch })) swapped.push(trainLoss)
  await session.dispose()
  expect(others).toEqual([])
  expectClose(swapped, wanted)
})
