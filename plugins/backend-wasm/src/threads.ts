import { HillockError } from '@hillock/core'
import { checkRoomForThreads } from './out-of-memory.ts'
import { startThread, type Thread } from './thread.ts'
import type { Start } from './worker.ts'

/**
 * Starts the threads beside the first. Throws HILLOCK_OUT_OF_MEMORY if memory does not suffice for them, HILLOCK_WORKER if one of them does not
 * start; none is left then.
 */
export async function startThreads(start: Omit<Start, 'thread'>): Promise<Thread[]> {
  const count = start.threads - 1
  if (count > 0) checkRoomForThreads(count)
  const threads: Thread[] = []
  try {
    while (threads.length < count) threads.push(startThread())
    await Promise.all(threads.map((each, i) => each.start({ ...start, thread: i + 1 })))
    return threads
  } catch (cause) {
    await Promise.all(threads.map((each) => each.end()))
    const found = `a thread of the backend 'wasm' does not start: ${(cause as Error).message}`
    const hint =
      "serve the package's worker.js beside the page, and let its content security policy allow it (worker-src 'self'); " +
      'with { threads: 1 } nothing runs beside the main thread'
    throw new HillockError('HILLOCK_WORKER', found, { hint, cause })
  }
}
