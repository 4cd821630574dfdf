import { HillockError } from '@hillock/core'
import { kernels } from '@hillock/core/backend'
import { expect, test } from '@jest/globals'
import { deviceBackend, slots } from '../src/index.ts'
import { scriptDevice } from './script-device.ts'

const codeOf = (act: () => unknown): string => {
  try {
    act()
  } catch (error) {
    if (error instanceof HillockError) return error.code
    throw error
  }
  return 'nothing'
}

test('more launches than fit into one buffer of arguments take effect in order', async () => {
  const backend = deviceBackend(scriptDevice(), { exact: true })
  const [a, out, sum] = [backend.alloc([1, 1]), backend.alloc([1, 1]), backend.alloc([1])]
  backend.write(a, [1])
  backend.write(out, [0])
  const times = 2 * slots + 10
  for (let i = 0; i < times; i++) backend.matmul(a, a, out, { accumulate: true })
  backend.sum(out, sum)
  expect(Array.from(await backend.read(sum))).toEqual([times])
})

test('a kernel takes more arguments than one slot holds', async () => {
  const inputs = Array.from({ length: 50 }, (_, i) => `x${i}`)
  const { forward } = kernels({
    name: 'many',
    equations: `spike = ${inputs.join(' + ')}`,
    inputs,
    params: [],
    state: {},
    outputs: ['spike'],
    record: [],
  })
  const backend = deviceBackend(scriptDevice(), { exact: true })
  const bound = inputs.map((name, i) => {
    const tensor = backend.alloc([1, 1, 2])
    backend.write(tensor, [i, 2 * i])
    return [name, tensor] as const
  })
  const spike = backend.alloc([1, 1, 2])
  const sizes = { steps: 1, batch: 1, size: 2 }
  for (let i = 0; i < slots; i++) {
    const given = { inputs: Object.fromEntries(bound), outputs: { spike } }
    backend.scan(forward, { ...sizes, ...given, setup: {}, timeVarying: {}, initial: {} })
  }
  expect(Array.from(await backend.read(spike))).toEqual([1225, 2450])
})

test('a heap doubles, grows by what is asked for where that is too much, and then there is no room', async () => {
  const backend = deviceBackend(scriptDevice({ most: 3 * 2 ** 18 }), { exact: true })
  const tensors = [0, 1, 2].map(() => backend.alloc([2 ** 18]))
  tensors.forEach((tensor, i) => {
    backend.write(tensor, new Float32Array(2 ** 18).fill(i))
  })
  expect(codeOf(() => backend.alloc([1]))).toBe('HILLOCK_OUT_OF_MEMORY')
  expect(codeOf(() => backend.alloc([32 * 2 ** 20], 'spikes'))).toBe('HILLOCK_OUT_OF_MEMORY')
  for (const [i, tensor] of tensors.entries()) expect((await backend.read(tensor))[2 ** 18 - 1]).toBe(i)
  backend.free(tensors[1]!)
  const again = backend.alloc([2 ** 18])
  expect((await backend.read(tensors[0]!))[0]).toBe(0)
  expect(backend.usedBytes()).toBe(3 * 4 * 2 ** 18)
  for (const tensor of [tensors[0]!, again, tensors[2]!]) backend.free(tensor)
  expect(backend.usedBytes()).toBe(0)
})

test('nothing is launched for nothing', async () => {
  const device = scriptDevice()
  const backend = deviceBackend(device, { exact: true })
  const [a, b, out] = [backend.alloc([0, 3]), backend.alloc([3, 4]), backend.alloc([0, 4])]
  backend.matmul(a, b, out)
  expect(Array.from(await backend.read(out))).toEqual([])
  expect(device.launches()).toBe(0)
})

test('it can be disposed of twice', async () => {
  let times = 0
  const device = { ...scriptDevice(), dispose: async () => void times++ }
  const backend = deviceBackend(device, { exact: true })
  await backend.dispose()
  await backend.dispose()
  expect(times).toBe(1)
})
