import { HillockError } from '@hillock/core'
import type { Tensor } from '@hillock/core/learner'
import { type Allocator, createAllocator } from './allocator.ts'
import type { Device, Heap } from './device.ts'
import { type Block, extent, heapOf } from './tensor.ts'

/** The two heaps of a device. */
export interface Memory {
  alloc(shape: readonly number[], kind: Tensor['kind']): Block
  free(block: Block): void
  /** Bytes of all tensors that live. */
  readonly used: number
}

/** A heap begins with so many words, and doubles when it is full. */
const firstWords = 2 ** 18

/** `before` is called before a heap grows. */
export function createMemory(device: Device, before: () => void): Memory {
  const heaps: Readonly<Record<Heap, Allocator>> = { reals: createAllocator(), words: createAllocator() }

  /** Doubles a heap, or where that is too much makes it as large as it must be. */
  function grow(heap: Heap, words: number): void {
    before()
    const wanted = Math.max(firstWords, heaps[heap].size, words)
    try {
      heaps[heap].extend(device.grow(heap, wanted))
    } catch (error) {
      const tooMuch = error instanceof HillockError && error.code === 'HILLOCK_OUT_OF_MEMORY' && wanted > words
      if (!tooMuch) throw error
      heaps[heap].extend(device.grow(heap, words))
    }
  }

  return {
    alloc(shape, kind) {
      const heap = heapOf(kind)
      const size = extent(shape, kind)
      // indices are u32
      if (size.words >= 2 ** 32) throw new RangeError(`${size.words} words are too many for one tensor`)
      const place = () => heaps[heap].take(size.words)
      let at = place()
      if (at === undefined) {
        grow(heap, Math.max(64, Math.ceil(size.words / 64) * 64))
        at = place()!
      }
      return { shape: [...shape], kind, at, ...size }
    },
    free: ({ kind, at, words }) => heaps[heapOf(kind)].give(at, words),
    get used() {
      return 4 * (heaps.reals.used + heaps.words.used)
    },
  }
}
