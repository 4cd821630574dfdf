import { freemem } from 'node:os'
import { wasm } from '@hillock/backend-wasm'
import { checked, kernels } from '@hillock/core/backend'
import { whereFound } from '@hillock/testing'
import { describe, expect, jest, test } from '@jest/globals'
import { training } from './training.ts'

jest.setTimeout(600_000)

/** More of them for a longer look. */
const batches = Number(process.env.HILLOCK_BATCHES ?? 500)

describe.each([1, 2])('memory, %d threads', (threads) => {
  test(`training uses as much after ${batches} batches as after 50`, async () => {
    const backend = await wasm({ threads })
    const { data, session } = training(backend, { steps: 4, hidden: 20 })
    const used: number[] = []
    const onBatch = () => void used.push(backend.usedBytes())
    const epochs = Math.ceil(batches / 15)
    for await (const _ of session.train(data, { epochs, batchSize: 8, onBatch }));
    await session.dispose()
    expect(used.length).toBeGreaterThanOrEqual(batches)
    expect(used[batches - 1]).toBe(used[50])
  })

  test('freed tensors leave nothing behind, whenever they are freed', async () => {
    const backend = await wasm({ threads })
    const before = backend.usedBytes()
    const [a, out] = [backend.alloc([40, 30]), backend.alloc([40, 30])]
    backend.write(a, new Float32Array(1200).fill(2))
    backend.sum(a, out)
    const reading = backend.read(out)
    backend.free(a)
    backend.free(out)
    // While the copy may still run, new arrays get other memory.
    const next = backend.alloc([40, 30])
    backend.write(next, new Float32Array(1200).fill(7))
    expect(await reading).toEqual(new Float32Array(1200).fill(2))
    expect(await backend.read(next)).toEqual(new Float32Array(1200).fill(7))
    backend.free(next)
    expect(backend.usedBytes()).toBe(before)
    await backend.dispose()
  })

  test('it grows on demand, and what was there stays', async () => {
    const backend = await wasm({ threads })
    const first = backend.alloc([3])
    backend.write(first, [1, 2, 3])
    const large = backend.alloc([10, 100, 10_000])
    const sum = backend.alloc([])
    backend.write(large, new Float32Array(10_000_000).fill(0.5))
    backend.sum(large, sum)
    expect(Array.from(await backend.read(sum))).toEqual([5_000_000])
    expect(Array.from(await backend.read(first))).toEqual([1, 2, 3])
    await backend.dispose()
  })

  test('when it is out, the error names the array and a batch to try, and work can go on', async () => {
    const backend = await wasm({ threads })
    expect(() => backend.alloc([1000, 1000, 10_000])).toThrow(
      expect.objectContaining({
        code: 'HILLOCK_OUT_OF_MEMORY',
        message: expect.stringMatching(/a tensor \[1000, 1000, 10000\]: 38147 MiB/),
        hint: expect.stringMatching(/^try a batch of 5\d, or fewer steps$/),
      }),
    )
    expect(() => backend.alloc([100_000, 100_000])).toThrow(
      expect.objectContaining({
        code: 'HILLOCK_OUT_OF_MEMORY',
        hint: 'try smaller batches, fewer steps or smaller layers',
      }),
    )
    const tensor = backend.alloc([2])
    backend.write(tensor, [4, 5])
    expect(Array.from(await backend.read(tensor))).toEqual([4, 5])
    await backend.dispose()
  })
})

const free = { found: freemem() > 6 * 2 ** 30, missing: 'this machine has no 6 GiB of memory to spare', optional: true }

whereFound('more than half of all memory', free, () => {
  test('is worked through whole', async () => {
    const backend = checked(await wasm({ threads: 1 }))
    const definition = { name: 'count', equations: 'n = n + 1', inputs: [], params: [], outputs: [], record: [] }
    const { forward } = kernels({ ...definition, state: { n: 0 } })
    // New memory is 0.
    const [n, sum] = [backend.alloc([560, 2 ** 20]), backend.alloc([])]
    backend.map(forward, { inputs: {}, states: { n }, setup: {} })
    backend.sum(n, sum)
    expect(Array.from(await backend.read(sum))).toEqual([560 * 2 ** 20])
    await backend.dispose()
  })
})
