import type { Kernel, MapBindings } from '@hillock/core/backend'
import { sizeOf } from '@hillock/core/options'
import type { Held } from './store.ts'
import type { Tools } from './tools.ts'

/** Runs a program once over arrays of one shape. */
export function map({ store, bindings, walk, draw }: Tools, kernel: Kernel, x: MapBindings): void {
  const [first] = [...Object.values(x.states), ...Object.values(x.inputs)]
  const shape = first?.shape ?? []
  const leaves = bindings.mapLeaves(x)
  const { program } = draw(kernel, { ...x, steps: 1, batch: 1, size: sizeOf(shape) }, shape, leaves)
  const results = walk.run(program, Object.keys(x.states), shape, bindings.leafAt(leaves, 0))
  // All are computed before one is overwritten.
  const made = Object.entries(x.states).map(([name, t]) => [t as Held, store.keep(results[name]!)] as const)
  for (const [state, value] of made) store.setKept(state, [value])
}
