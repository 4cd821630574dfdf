import { useEffect, useState } from 'preact/hooks'

/** A value that the page shows: whoever uses it is drawn again when it changes. */
export interface Store<T> {
  readonly value: T
  set(value: T): void
  listen(listener: () => void): () => void
}

export function store<T>(value: T): Store<T> {
  const listeners = new Set<() => void>()
  return {
    get value() {
      return value
    },
    set(next) {
      if (Object.is(value, next)) return
      value = next
      for (const listener of listeners) listener()
    },
    listen(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}

export function useStore<T>(of: Store<T>): T {
  const [, redraw] = useState({})
  useEffect(() => of.listen(() => redraw({})), [of])
  return of.value
}
