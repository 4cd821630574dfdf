import { createBindings } from './bindings.ts'
import { createDraws } from './draws.ts'
import { createStore } from './store.ts'
import type { Tf } from './tf.ts'
import { createWalk } from './walk.ts'

/** What the members of a backend work with. */
export type Tools = ReturnType<typeof createTools>

export function createTools(tf: Tf) {
  const store = createStore(tf)
  return { tf, store, walk: createWalk(tf), bindings: createBindings(tf, store), draw: createDraws(tf, store) }
}
