import { whereFound } from '@hillock/testing'
import { backendConformance } from '@hillock/testkit'
import { describe, expect, jest, test } from '@jest/globals'
import { webgpu } from '../src/index.ts'
import { gpu } from './gpu.ts'
import { replace, type Tampering, tampered } from './tampered.ts'

jest.setTimeout(120_000)

/** Tests of the suite that ask for one thing each, by their names. */
const asked =
  /^(min\(a, b\)|where\(a, b, c\)) and|of (1|33) neurons|uniform\(\) of key 2|integrate-and-fire|^a b \+ bias of reals|sums of spikes/

/** Runs tests of the suite, on a GPU that is given other texts than were printed, until one fails; says which, if any. */
async function firstFailure(spoil: (text: string) => string): Promise<string | undefined> {
  const device: Tampering = (device) => {
    const make = device.createShaderModule.bind(device)
    replace(device, 'createShaderModule', (given: GPUShaderModuleDescriptor) =>
      make({ ...given, code: spoil(given.code) }),
    )
  }
  const tests: { name: string; body: () => Promise<void> | void }[] = []
  const add = (name: string, body: () => Promise<void> | void) => {
    if (asked.test(name)) tests.push({ name, body })
  }
  backendConformance({
    ...{ name: 'spoilt', create: () => webgpu({ gpu: tampered({ device }) }), programs: 0, decorated: false },
    runner: {
      describe: (_, body) => body(),
      test: Object.assign(add, { skip: () => {} }),
    },
  })
  expect(tests.length).toBeGreaterThan(8)
  for (const { name, body } of tests) {
    try {
      await body()
    } catch {
      return name
    }
  }
  return undefined
}

whereFound('a fault in the printer of WGSL, on a GPU', gpu, () => {
  describe('is seen by the suite', () => {
    test('without one, nothing is', async () => {
      expect(await firstFailure((text) => text)).toBeUndefined()
    })

    test.each([
      ['a NaN is taken for a number', '> 0x7f800000u', '> 0xff800000u'],
      ['nobody waits', 'storageBarrier(); workgroupBarrier();', ''],
      ['a bit is that of another neuron', '1u << (thread & 31u)', '1u << (thread & 15u)'],
      [
        'the upper half of a product is the lower',
        'return aHigh * bHigh + (middle >> 16u) + (carry >> 16u)',
        'return a * b',
      ],
    ])('%s', async (_, from, to) => {
      let spoilt = 0
      const failure = await firstFailure((text) => {
        if (text.includes(from)) spoilt++
        return text.replaceAll(from, to)
      })
      expect(spoilt).toBeGreaterThan(0)
      expect(failure).toBeDefined()
    })
  })
})
