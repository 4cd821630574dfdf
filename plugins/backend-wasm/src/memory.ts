import { createAllocator } from './allocator.ts'
import { reservedBytes } from './executor.ts'
import { noMemory, outOfMemory } from './out-of-memory.ts'
import { argumentBytes } from './publish.ts'

const page = 65536
/** What 32 bits address, but for the last page: what ended there would end at 2^32, which they take for 0. */
const mostPages = 65535

/** Linear memory, and which of it is free. */
export interface Memory {
  readonly wasm: WebAssembly.Memory
  readonly used: () => number
  /**
   * Takes a piece. Throws HILLOCK_OUT_OF_MEMORY if memory cannot grow, naming `what`, and a batch size to try where it is for a batch of
   * so many samples.
   */
  take(bytes: number, what: string, batch?: number): number
  give(address: number, bytes: number): void
}

/** Throws HILLOCK_OUT_OF_MEMORY if the system has no room for it. */
export function createMemory(shared: boolean): Memory {
  const first = reservedBytes + argumentBytes
  const initial = Math.ceil(first / page) + 64
  const wasm = allocate({ initial, maximum: mostPages, shared })
  const allocator = createAllocator(first, initial * page)

  function grow(bytes: number, what: string, batch: number | undefined): void {
    const there = wasm.buffer.byteLength / page
    const least = Math.ceil((bytes + 128 - allocator.tail) / page)
    // By more than is asked for, so that it seldom grows.
    const pages = Math.max(least, Math.min(1024, there, mostPages - there))
    try {
      wasm.grow(pages)
    } catch (cause) {
      throw outOfMemory(what, bytes, allocator.used, there + pages > mostPages, batch, cause)
    }
    allocator.extend(pages * page)
  }

  return {
    wasm,
    used: () => allocator.used,
    take(bytes, what, batch) {
      const found = allocator.take(bytes)
      if (found !== undefined) return found
      grow(bytes, what, batch)
      return allocator.take(bytes)!
    },
    give: (address, bytes) => allocator.give(address, bytes),
  }
}

function allocate(descriptor: WebAssembly.MemoryDescriptor): WebAssembly.Memory {
  try {
    return new WebAssembly.Memory(descriptor)
  } catch (cause) {
    throw noMemory(cause)
  }
}
