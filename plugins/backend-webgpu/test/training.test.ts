import { reference, type Session } from '@hillock/core'
import { whereFound } from '@hillock/testing'
import { expect, jest, test } from '@jest/globals'
import { webgpu } from '../src/index.ts'
import { gpu } from './gpu.ts'
import { data, losses, training } from './training.ts'

jest.setTimeout(120_000)

async function weightsOf(session: Session): Promise<[string, number[]][]> {
  const snapshot = await session.snapshot()
  return [...snapshot].map(([name, { values }]) => [name, Array.from(values)])
}

whereFound('training on a GPU', gpu, () => {
  test('gives the losses of the reference to six digits', async () => {
    const [found, wanted] = [await losses(await webgpu()), await losses(reference())]
    expect(wanted[1]).toBeLessThan(wanted[0]!)
    found.forEach((loss, epoch) => {
      expect(Math.abs(loss / wanted[epoch]! - 1)).toBeLessThan(1e-6)
    })
  })

  test('tells the WGSL of a kernel by its name', async () => {
    const found = new Map<string, string>()
    const backend = await webgpu({ onKernel: (name, wgsl) => found.set(name, wgsl) })
    const [a, out] = [backend.alloc([4, 4]), backend.alloc([4])]
    backend.sum(a, out)
    await backend.read(out)
    await backend.dispose()
    expect([...found.keys()]).toContainEqual(expect.stringMatching(/^sum/))
    for (const wgsl of found.values()) expect(wgsl).toMatch(/@compute .*fn main\(/s)
  })

  test('gives the same bits each time', async () => {
    const found = []
    for (let time = 0; time < 2; time++) {
      const session = training(await webgpu())
      for await (const _ of session.train(data, { epochs: 1, batchSize: 16 }));
      found.push(await weightsOf(session))
      await session.dispose()
    }
    expect(found[1]).toEqual(found[0])
  })

  test('goes on where the backend is swapped between batches', async () => {
    const session = training(reference())
    const [swapped, wanted] = [[], []] as number[][]
    const options = { epochs: 2, batchSize: 16 }
    for await (const { trainLoss } of session.train(data, {
      ...options,
      async onBatch({ batch }) {
        if (batch === 2) await session.use(await webgpu())
        if (batch === 4) await session.use(reference())
      },
    }))
      swapped!.push(trainLoss)
    const other = training(reference())
    for await (const { trainLoss } of other.train(data, options)) wanted!.push(trainLoss)
    swapped!.forEach((loss, epoch) => {
      expect(Math.abs(loss / wanted![epoch]! - 1)).toBeLessThan(1e-6)
    })
    await session.dispose()
    await other.dispose()
  })
})
