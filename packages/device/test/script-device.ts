import { HillockError } from '@hillock/core'
import type { Device, DeviceKernel, Heap, Launch } from '../src/index.ts'
import { type RunGroup, script } from './script.ts'

/** A device that runs kernels as JavaScript. Memory is full of numbers that nobody wrote; of a heap there is so much at most, in words. */
export function scriptDevice({ most = 2 ** 26 } = {}): Device<RunGroup> & { readonly launches: () => number } {
  const heaps = { reals: new Float32Array(0), words: new Uint32Array(0) }
  let launches = 0
  return {
    name: 'script',
    description: 'JavaScript',
    storesWords: false,
    launches: () => launches,
    grow(heap, words) {
      const before = heaps[heap]
      if (before.length + words > most) throw new HillockError('HILLOCK_OUT_OF_MEMORY', `no ${words} words are left`)
      const after = new Uint32Array(before.length + words).fill(0x7f7f7f7f)
      after.set(new Uint32Array(before.buffer))
      if (heap === 'reals') heaps.reals = new Float32Array(after.buffer)
      else heaps.words = after
      return { at: before.length, words }
    },
    compile: (kernel: DeviceKernel) => script(kernel),
    run(given: readonly Launch<RunGroup>[], args) {
      for (const { kernel, groups, at } of given) {
        launches++
        for (let group = 0; group < groups; group++) kernel(heaps, args, at, group)
      }
    },
    write: (heap: Heap, at, values) => heaps[heap].set(values, at),
    read: async (heap: Heap, at, words) => heaps[heap].slice(at, at + words).buffer as ArrayBuffer,
    dispose: async () => {},
  }
}
