import { deviceBackend } from '@hillock/device'
import { whereFound } from '@hillock/testing'
import { backendConformance } from '@hillock/testkit'
import { describe, expect, test } from '@jest/globals'
import { cudaDevice } from '../src/device.ts'
import { assemble, assembler, type Double, double, oldest } from './double.ts'

const made: Double[] = []
const create = () => {
  const driver = double()
  made.push(driver)
  return deviceBackend(cudaDevice(driver), { exact: true })
}

/** What asks for no other kernels is tried on the stand-in, which is quicker; so are random programs. */
const ofTheHost = ['busy', 'network', 'sessions']
const runner = {
  describe(title: string, declare: () => void) {
    if (!ofTheHost.includes(title)) describe(title, declare)
  },
  test,
}

backendConformance({ name: 'PTX as JavaScript', create, programs: 0, decorated: false, runner })

describe('the PTX of all kernels of the suite', () => {
  const texts = () => [...new Set(made.flatMap((driver) => driver.texts))]

  test('rounds each operation by itself and flushes nothing', () => {
    const all = texts().join('\n')
    expect(all.match(/\b(add|sub|mul|div|sqrt)(?!\.rn)\S*\.f32\b/g)).toBeNull()
    expect(all.match(/\.(ftz|approx|sat)\b|\bfma\b|\bmad\.(?!wide\.u32|lo\.u32)/g)).toBeNull()
    expect(all.match(/\badd\.rn\.f32\b/g)!.length).toBeGreaterThan(1000)
  })

  whereFound('by the assembler of CUDA', assembler, () => {
    test('is taken', () => {
      expect(texts().length).toBeGreaterThan(100)
      assemble(texts(), oldest())
    }, 300_000)
  })
})
