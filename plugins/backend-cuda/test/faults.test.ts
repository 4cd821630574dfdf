import { HillockError, readCheckpoint, reference, writeCheckpoint } from '@hillock/core'
import { whereFound } from '@hillock/testing'
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals'
import { cuda, isAvailable } from '../src/index.ts'
import { compiler, standIn } from './stand-in.ts'
import { data, training } from './training.ts'

jest.setTimeout(60_000)

const codeOf = async (act: () => unknown): Promise<string> => {
  try {
    await act()
  } catch (error) {
    if (error instanceof HillockError) return `${error.code}: ${error.message}`
    throw error
  }
  return 'nothing'
}

describe('where there is no driver', () => {
  const library = './no-such-library.so'

  test('isAvailable says why, and cuda() what to do', async () => {
    expect(await isAvailable({ library })).toMatchObject({
      available: false,
      reason: expect.stringMatching(/no NVIDIA driver/),
    })
    expect(await codeOf(() => cuda({ library }))).toMatch(
      /^HILLOCK_UNSUPPORTED: there is no NVIDIA driver.*\n?.*install it/s,
    )
  })

  test('a library that is another is refused', async () => {
    if (process.platform === 'linux')
      expect(await codeOf(() => cuda({ library: 'libm.so.6' }))).toMatch(
        /^HILLOCK_UNSUPPORTED: the NVIDIA driver is too old/,
      )
  })

  test('a wrong option is refused', async () => {
    expect(await codeOf(() => cuda({ device: -1 }))).toMatch(/^HILLOCK_OPTION/)
    expect(await codeOf(() => cuda({ threads: 2 } as object))).toMatch(/^HILLOCK_OPTION/)
  })
})

whereFound('faults of a stand-in for the driver', compiler, () => {
  const { library, fail, reset, live, counts } = standIn
  const create = () => cuda({ library })

  describe('a fault', () => {
    beforeEach(() => reset())
    afterEach(() => {
      reset()
      // nothing is left, whatever happened
      expect(live()).toBe(0)
    })

    test('there is no GPU, or the driver is too old', async () => {
      reset(0)
      expect(await codeOf(create)).toMatch(/^HILLOCK_UNSUPPORTED: there is no such NVIDIA GPU.*CUDA_ERROR_NO_DEVICE/)
      expect(await isAvailable({ library })).toMatchObject({ available: false })
      for (const code of [35, 803, 804]) {
        fail('cuInit', 1, code)
        const found = await codeOf(create)
        expect(found).toMatch(
          /^HILLOCK_UNSUPPORTED: the NVIDIA driver is too old: cuInit: .*\n?update the driver, and restart/s,
        )
        expect(found).toContain(`(${code})`)
        // the next one is well: no context died of it
        reset()
        await (await create()).dispose()
      }
    })

    test('onKernel gets the PTX of a kernel by its name', async () => {
      const found: [string, string][] = []
      const backend = await cuda({ library, onKernel: (...kernel) => void found.push(kernel) })
      const [a, out] = [backend.alloc([4, 4]), backend.alloc([4])]
      backend.sum(a, out)
      await backend.read(out)
      await backend.dispose()
      expect(found).not.toHaveLength(0)
      for (const [name, ptx] of found) expect(ptx).toContain(`.visible .entry ${name}(`)
    })

    test('there is no such GPU; others are told and used', async () => {
      expect(await codeOf(() => cuda({ library, device: 2 }))).toMatch(/^HILLOCK_OPTION: .*no GPU 2/)
      expect(await isAvailable({ library })).toEqual({
        available: true,
        devices: ['stand-in 0, CUDA 13.0', 'stand-in 1, CUDA 13.0'],
      })
      const backends = [await cuda({ library, device: 0 }), await cuda({ library, device: 1 })]
      expect(backends.map(({ device }) => device)).toEqual(['stand-in 0, CUDA 13.0', 'stand-in 1, CUDA 13.0'])
      const tensors = backends.map((backend, i) => {
        const tensor = backend.alloc([3])
        backend.write(tensor, [i, i + 1, i + 2])
        return tensor
      })
      for (const [i, backend] of backends.entries()) {
        expect(Array.from(await backend.read(tensors[i]!))).toEqual([i, i + 1, i + 2])
        await backend.dispose()
      }
    })

    test.each(['cuDevicePrimaryCtxRetain', 'cuCtxSetCurrent', 'cuStreamCreate', 'cuMemAlloc'])(
      '%s fails at the start',
      async (name) => {
        fail(name, 1, 2)
        expect(await codeOf(create)).toMatch(/^HILLOCK_OUT_OF_MEMORY: .*CUDA_ERROR_OUT_OF_MEMORY \(2\)/)
      },
    )

    test('an array that does not fit leaves the others alone', async () => {
      const backend = await create()
      const kept = backend.alloc([1000])
      backend.write(kept, new Float32Array(1000).fill(7))
      for (const kind of ['real', 'spikes'] as const)
        expect(await codeOf(() => backend.alloc([2 ** 16, 2 ** 15], kind))).toMatch(/^HILLOCK_OUT_OF_MEMORY/)
      fail('cuMemAlloc', 2, 2)
      // a heap that cannot double grows by what is asked for
      const more = Array.from({ length: 3 }, () => backend.alloc([2 ** 18]))
      for (const tensor of more) backend.free(tensor)
      expect(Array.from(await backend.read(kept))).toEqual(new Array(1000).fill(7))
      await backend.dispose()
    })

    test.each(['cuStreamBeginCapture', 'cuStreamEndCapture', 'cuGraphInstantiate', 'cuGraphLaunch'])(
      '%s kills the context in the middle of training: nothing is left',
      async (name) => {
        const session = training(await create())
        const train = async () => {
          fail(name, 1, 719)
          for await (const _ of session.train(data, { epochs: 2, batchSize: 16 }));
        }
        expect(await codeOf(train)).toMatch(/^HILLOCK_DEVICE: .*CUDA_ERROR_LAUNCH_FAILED \(719\)/)
        await session.dispose()
      },
    )

    test.each(['cuMemHostAlloc', 'cuEventCreate'])('%s fails at a read: the next one is well', async (name) => {
      const backend = await create()
      const tensor = backend.alloc([3])
      backend.write(tensor, [1, 2, 3])
      fail(name, 1, 2)
      expect(await codeOf(() => backend.read(tensor))).toMatch(/^HILLOCK_OUT_OF_MEMORY/)
      expect(Array.from(await backend.read(tensor))).toEqual([1, 2, 3])
      await backend.dispose()
    })

    test('a kernel is refused: it is named', async () => {
      const backend = await create()
      const [a, out] = [backend.alloc([4, 5]), backend.alloc([5])]
      backend.write(a, new Float32Array(20))
      fail('cuModuleLoadDataEx', 1, 218)
      expect(await codeOf(() => backend.sum(a, out))).toMatch(
        /^HILLOCK_DEVICE: the NVIDIA driver refuses a kernel.*sum_real/,
      )
      await backend.dispose()
    })

    test.each(['cuMemcpyHtoDAsync', 'cuLaunchKernel', 'cuEventRecord', 'cuEventQuery', 'cuMemcpyDtoHAsync'])(
      '%s kills the context in the middle of training: the checkpoint is whole, and training goes on from it',
      async (name) => {
        const session = training(await create())
        let checkpoint: Uint8Array | undefined
        const train = async () => {
          for await (const _ of session.train(data, {
            epochs: 1,
            batchSize: 16,
            async onBatch({ batch }) {
              if (batch === 2)
                checkpoint = writeCheckpoint({
                  seed: 3,
                  counters: session.counters,
                  snapshot: await session.snapshot(),
                })
              if (batch === 3) fail(name, 2, 719)
            },
          }));
        }
        expect(await codeOf(train)).toMatch(/^HILLOCK_DEVICE: .*CUDA_ERROR_LAUNCH_FAILED \(719\)/)
        expect(await codeOf(() => session.snapshot())).toMatch(/^HILLOCK_DEVICE/)
        await session.dispose()
        reset()
        const other = training(await create(), readCheckpoint(checkpoint!))
        const same = training(reference(), readCheckpoint(checkpoint!))
        const losses: number[][] = [[], []]
        for (const [i, from] of [other, same].entries()) {
          for await (const { trainLoss } of from.train(data, { epochs: 1, batchSize: 16 })) losses[i]!.push(trainLoss)
          await from.dispose()
        }
        for (const [i, loss] of losses[0]!.entries()) expect(Math.abs(loss / losses[1]![i]! - 1)).toBeLessThan(1e-6)
      },
    )
  })

  test('steps that repeat are replayed', async () => {
    const session = training(await create())
    const after: ReturnType<typeof counts>[] = []
    for await (const _ of session.train(data, {
      epochs: 3,
      batchSize: 16,
      onBatch: () => {
        after.push(counts())
      },
    }));
    await session.dispose()
    const [before, last] = [after.at(-3)!, after.at(-1)!]
    expect(last.replays - before.replays).toBeGreaterThanOrEqual(2)
    expect(last.launches - before.launches).toBeLessThanOrEqual(2 * 3)
  })

  test('what is freed is used again, and dispose gives everything back', async () => {
    reset()
    const backend = await create()
    const session = training(backend)
    const after: number[] = []
    for await (const _ of session.train(data, {
      epochs: 4,
      batchSize: 16,
      onBatch: () => {
        after.push(live())
      },
    }));
    // by then what repeats has been recorded
    expect(new Set(after.slice(-6)).size).toBe(1)
    await session.dispose()
    await backend.dispose()
    expect(live()).toBe(0)
  })
})
