import type { DeviceKernel, ProductFormat } from './ir.ts'

/** A device has two memories: one for numbers (f32), one for words (u32). */
export type Heap = 'reals' | 'words'

/** A stretch of a heap, in words. */
export interface Region {
  /** Where it begins, in words. */
  readonly at: number
  /** How many words it has. */
  readonly words: number
}

/** One launch of a kernel, and where its arguments begin among those of all launches, in words: a multiple of 64. */
export interface Launch<Compiled> {
  /** The kernel. */
  readonly kernel: Compiled
  /** How many workgroups run. */
  readonly groups: number
  /** Where its arguments begin, in words of the argument buffer. */
  readonly at: number
}

/**
 * What a backend asks of a device. All calls take effect in the order given, and none but `read` waits. What goes wrong later, such as
 * the loss of the device, is thrown by the calls that follow and rejects the reads that wait.
 *
 * Calls throw HILLOCK_DEVICE if the device is lost or refuses a kernel, and HILLOCK_OUT_OF_MEMORY if memory does not suffice.
 */
export interface Device<Compiled = unknown> {
  /** What it is called at the command line: `cuda`. */
  readonly name: string
  /** Which one it is, for people. */
  readonly description: string
  /** Whether `storeBit` stores whole words; if not, words are set to 0 before. */
  readonly storesWords: boolean
  /** What its tensor cores round numbers to in products of numbers, by the statement `multiplyTiles`. Default: products are f32. */
  readonly products?: ProductFormat | undefined
  /** Makes a heap larger by at least so many words, keeping what it holds, and says where they are. Places are below 2^53. */
  grow(heap: Heap, words: number): Region
  /** Makes a kernel ready to be launched. */
  compile(kernel: DeviceKernel): Compiled
  /** Runs launches one after the other; each sees what the earlier ones stored. `args` may be written to again after the call. */
  run(launches: readonly Launch<Compiled>[], args: Uint32Array<ArrayBuffer>): void
  /** Copies values in; they may be written to again after the call. */
  write(heap: Heap, at: number, values: Float32Array<ArrayBuffer> | Uint32Array<ArrayBuffer>): void
  /** Copies words out as they are after all earlier calls. */
  read(heap: Heap, at: number, words: number): Promise<ArrayBuffer>
  /** Frees everything. */
  dispose(): Promise<void>
}
