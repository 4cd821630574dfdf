import { HillockError } from '@hillock/core'
import { addressesLeft } from './platform.ts'

const mebibytes = (n: number) => `${Math.round(n / 2 ** 20)} MiB`

/** What a memory may hold: 32 bits address no more. */
const most = 2 ** 32

/**
 * The error for what does not fit beside what is `used`, in the largest memory (`largest`) or in what the system gives, with a batch size to
 * try where it is for a batch of so many samples.
 */
export function outOfMemory(
  what: string,
  bytes: number,
  used: number,
  largest: boolean,
  batch: number | undefined,
  cause: unknown,
): HillockError {
  const limit = largest ? `the limit is ${mebibytes(most)}` : 'the system gives no more'
  const found = `not enough memory for ${what}: ${mebibytes(bytes)} beside ${mebibytes(used)} in use, and ${limit}`
  // Half of what would fit, for this array is never alone.
  const fits = batch === undefined ? 0 : Math.floor((batch * Math.min(1, (most - used) / bytes)) / 2)
  const hint =
    fits > 0 ? `try a batch of ${fits}, or fewer steps` : 'try smaller batches, fewer steps or smaller layers'
  return new HillockError('HILLOCK_OUT_OF_MEMORY', found, { hint, cause })
}

/** Says that memory cannot be had at all. */
export function noMemory(cause: unknown): HillockError {
  const left = addressesLeft()
  const found = `not enough memory for the memory of the backend 'wasm'`
  if (left === undefined) return new HillockError('HILLOCK_OUT_OF_MEMORY', found, { hint: withReference, cause })
  const why = `WebAssembly reserves 10 GiB of addresses, and the limit of this process leaves ${mebibytes(left)}`
  const hint = `raise the limit (ulimit -v), start node with --disable-wasm-trap-handler, or ${withReference}`
  return new HillockError('HILLOCK_OUT_OF_MEMORY', `${found}: ${why}`, { hint, cause })
}

const withReference = 'use the reference backend'

/** What the engine takes for a thread, in bytes of addresses; where they are too few, it ends the whole process. */
const addressesOfThread = 640 << 20

/** Throws HILLOCK_OUT_OF_MEMORY if the limit of this process leaves too few addresses for so many more threads. */
export function checkRoomForThreads(count: number): void {
  const left = addressesLeft()
  if (left === undefined || left >= count * addressesOfThread) return
  const needed = mebibytes(count * addressesOfThread)
  const found = `not enough memory for ${count + 1} threads: they take ${needed} of addresses, and the limit of this process leaves ${mebibytes(left)}`
  const fitting = 1 + Math.max(0, Math.floor(left / addressesOfThread))
  throw new HillockError('HILLOCK_OUT_OF_MEMORY', found, {
    hint: `raise the limit (ulimit -v), or use { threads: ${fitting} }`,
  })
}
