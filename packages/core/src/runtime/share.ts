import type { Backend, BackendClock } from '../backend.ts'
import { bare } from '../checked.ts'
import { kept } from '../kernel.ts'

type Times = Readonly<Record<string, number>>

/** One of several that work on a backend. */
export interface Share {
  /** Measures what this one does. */
  readonly clock: BackendClock | undefined
  /** Gives the share up; true if it was the last. */
  leave(): boolean
}

/** What each share has spent and not yet asked for. */
const shares = new WeakMap<Backend, Map<number, Times>>()
let made = 0

/** Takes a share of a backend. */
export function share(backend: Backend): Share {
  const all = kept(shares, bare(backend), () => new Map())
  const own = made++
  all.set(own, {})
  const { clock } = backend
  return {
    clock: clock && {
      mark: (part) => clock.mark(part && `${own} ${part}`),
      take() {
        for (const [name, ms] of Object.entries(clock.take())) {
          const [id, part] = name.split(' ') as [string, string]
          const times = all.get(Number(id))
          if (times !== undefined) all.set(Number(id), { ...times, [part]: (times[part] ?? 0) + ms })
        }
        const taken = all.get(own) ?? {}
        all.set(own, {})
        return taken
      },
    },
    leave() {
      all.delete(own)
      return all.size === 0
    },
  }
}
