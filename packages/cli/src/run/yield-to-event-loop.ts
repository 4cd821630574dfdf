import { setImmediate } from 'node:timers/promises'
import type { Backend } from '@hillock/core'

const interval = 50

/**
 * Yields to the event loop now and then. A backend whose reads are done at once never gives Ctrl-C or a timer its turn, because promises
 * alone do not bring the event loop round; here a read waits for one turn every 50 ms.
 */
export function yielding(backend: Backend): Backend {
  let last = performance.now()
  const read: Backend['read'] = async (tensor) => {
    const values = await backend.read(tensor)
    if (performance.now() - last > interval) {
      await setImmediate()
      last = performance.now()
    }
    return values
  }
  return new Proxy(backend, {
    get(target, key) {
      if (key === 'read') return read
      const value: unknown = Reflect.get(target, key)
      return typeof value === 'function' ? value.bind(target) : value
    },
  })
}
