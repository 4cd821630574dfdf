import { HillockError, readCheckpoint, reference, writeCheckpoint } from '@hillock/core'
import { whereFound } from '@hillock/testing'
import { afterEach, describe, expect, jest, test } from '@jest/globals'
import { isAvailable, webgpu } from '../src/index.ts'
import { gpu } from './gpu.ts'
import { replace, type Tampering, tampered } from './tampered.ts'
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

describe('where there is no GPU', () => {
  const none = { requestAdapter: async () => null } as unknown as GPU

  test('isAvailable says why, and webgpu() what to do', async () => {
    expect(await isAvailable({ gpu: none })).toMatchObject({
      available: false,
      reason: expect.stringMatching(/driver/),
    })
    expect(await codeOf(() => webgpu({ gpu: none }))).toMatch(/^HILLOCK_UNSUPPORTED: there is no GPU/)
  })

  test('a wrong option is refused', async () => {
    expect(await codeOf(() => webgpu({ powerPreference: 'none' as never }))).toMatch(/^HILLOCK_OPTION/)
    expect(await codeOf(() => webgpu({ gpu: {} as never }))).toMatch(/^HILLOCK_OPTION/)
  })

  test('a device that is refused is told', async () => {
    const refuses = {
      requestAdapter: async () => ({
        info: {},
        limits: {},
        requestDevice: async () => Promise.reject(new Error('busy')),
      }),
    } as unknown as GPU
    expect(await codeOf(() => webgpu({ gpu: refuses }))).toMatch(/^HILLOCK_DEVICE: .*busy/)
  })
})

whereFound('faults of a GPU', gpu, () => {
  let devices: GPUDevice[] = []
  const keep: Tampering = (device) => {
    devices.push(device)
  }
  afterEach(() => {
    for (const device of devices) device.destroy()
    devices = []
  })

  describe('a fault', () => {
    test('the device is lost in the middle of training: the checkpoint is whole, and training goes on from it', async () => {
      const session = training(await webgpu({ gpu: tampered({ device: keep }) }))
      let checkpoint: Uint8Array | undefined
      const train = async () => {
        for await (const _ of session.train(data, {
          epochs: 1,
          batchSize: 16,
          async onBatch({ batch }) {
            if (batch === 2)
              checkpoint = writeCheckpoint({ seed: 3, counters: session.counters, snapshot: await session.snapshot() })
            if (batch === 3) devices[0]!.destroy()
          },
        }));
      }
      expect(await codeOf(train)).toMatch(/^HILLOCK_DEVICE: .*lost/)
      expect(await codeOf(() => session.snapshot())).toMatch(/^HILLOCK_DEVICE/)
      const other = training(reference(), readCheckpoint(checkpoint!))
      for await (const { trainLoss } of other.train(data, { epochs: 1, batchSize: 16 }))
        expect(trainLoss).toBeGreaterThan(0)
    })

    test('no room for an array: the others live on', async () => {
      const backend = await webgpu({ gpu: tampered({ device: keep, most: 2 ** 22 }) })
      const kept = backend.alloc([1000])
      backend.write(kept, new Float32Array(1000).fill(7))
      for (const kind of ['real', 'spikes'] as const)
        expect(await codeOf(() => backend.alloc([2 ** 20, 64], kind))).toMatch(/^HILLOCK_OUT_OF_MEMORY: .* MiB/)
      const all = Array.from({ length: 8 }, () => backend.alloc([2 ** 16]))
      expect(await codeOf(() => Array.from({ length: 16 }, () => backend.alloc([2 ** 16])))).toMatch(/^HILLOCK_OUT_OF/)
      for (const tensor of all) backend.free(tensor)
      expect(Array.from(await backend.read(kept))).toEqual(new Array(1000).fill(7))
    })

    test('arrays keep what they hold when memory grows', async () => {
      const backend = await webgpu({ gpu: tampered({ device: keep }) })
      const tensors = Array.from({ length: 6 }, (_, i) => {
        const tensor = backend.alloc([2 ** 17])
        backend.write(tensor, new Float32Array(2 ** 17).fill(i + 1))
        return tensor
      })
      for (const [i, tensor] of tensors.entries()) {
        const values = await backend.read(tensor)
        expect([values[0], values[2 ** 17 - 1]]).toEqual([i + 1, i + 1])
      }
      const used = backend.usedBytes()
      for (const tensor of tensors) backend.free(tensor)
      expect([used, backend.usedBytes()]).toEqual([6 * 2 ** 19, 0])
    })

    test('a buffer that cannot be made is told at the next read', async () => {
      const refuse: Tampering = (device) => {
        const make = device.createBuffer.bind(device)
        replace(device, 'createBuffer', (given: GPUBufferDescriptor) =>
          make(given.label === 'words' && given.size > 2 ** 16 ? { ...given, size: 2 ** 44 } : given),
        )
      }
      const backend = await webgpu({ gpu: tampered({ device: refuse }) })
      const spikes = backend.alloc([2, 3], 'spikes')
      expect(await codeOf(() => backend.read(spikes))).toMatch(/^HILLOCK_(OUT_OF_MEMORY|DEVICE): /)
    })

    test('a kernel that is refused is told by its name', async () => {
      const spoil: Tampering = (device) => {
        const make = device.createShaderModule.bind(device)
        replace(device, 'createShaderModule', (given: GPUShaderModuleDescriptor) =>
          make(given.label?.startsWith('sum') ? { ...given, code: given.code.replace('fn main', 'fn mine') } : given),
        )
      }
      const backend = await webgpu({ gpu: tampered({ device: spoil }) })
      const [a, out] = [backend.alloc([4, 5]), backend.alloc([5])]
      backend.write(a, new Float32Array(20))
      backend.sum(a, out)
      expect(await codeOf(() => backend.read(out))).toMatch(/^HILLOCK_DEVICE: .*refuses the kernel 'sum_real/)
      expect(await codeOf(() => backend.write(a, new Float32Array(20)))).toMatch(/^HILLOCK_DEVICE: /)
    })

    test('a GPU that contracts is found out', async () => {
      const contract: Tampering = (device) => {
        const make = device.createShaderModule.bind(device)
        replace(device, 'createShaderModule', (given: GPUShaderModuleDescriptor) =>
          make({ ...given, code: given.code.replaceAll(/rounded\(rounded\((\w+) \* (\w+)\) \+/g, 'fma($1, $2,') }),
        )
      }
      expect((await webgpu({ gpu: tampered({ device: contract }) })).supports.exact).toBe(false)
    })
  })
})
