import { HillockError } from '@hillock/core'
import type { Use } from './exchange.ts'
import { watchMemory } from './memory.ts'
import type { Tf } from './tf.ts'

/** What tfjs keeps of its one current backend. */
interface Current {
  backendName: string
  backendInstance: unknown
}

let starting: Promise<unknown> = Promise.resolve()

/**
 * Starts a backend of tfjs, and gives a way to do work on it that leaves the current backend as it was. Throws HILLOCK_UNSUPPORTED if it does
 * not start.
 */
export function select(tf: Tf, name: string, registered: string, hint: string): Promise<Use> {
  // one after another, since tfjs gives up one that starts when it is asked for the next
  const started = starting.then(() => start(tf, name, registered, hint))
  starting = started.catch(() => {})
  return started
}

async function start(tf: Tf, name: string, registered: string, hint: string): Promise<Use> {
  const engine = tf.engine() as unknown as Current
  const before = current(engine)
  try {
    if (!(await tf.setBackend(registered))) {
      throw new HillockError('HILLOCK_UNSUPPORTED', `the backend '${name}' does not start here`, { hint })
    }
    const own = current(engine)
    watchMemory(own.backendInstance)
    return (work) => {
      if (engine.backendName === registered) return work()
      const others = current(engine)
      // `setBackend` would set up all kernels anew, which takes tfjs-wasm some milliseconds.
      Object.assign(engine, own)
      try {
        return work()
      } finally {
        Object.assign(engine, others)
      }
    }
  } finally {
    Object.assign(engine, before)
  }
}

const current = ({ backendName, backendInstance }: Current): Current => ({ backendName, backendInstance })
