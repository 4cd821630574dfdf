import { wasm } from '@hillock/backend-wasm'
import { type Backend, reference } from '@hillock/core'

type Make = () => Backend | Promise<Backend>

const all: readonly (readonly [name: string, make: Make])[] = [
  ['reference', reference],
  ['wasm', () => wasm({ threads: 1 })],
]

/** Every backend there is, and those that can run neurons which see their whole layer, as `kWinners`. */
export const backends = all
export const layerScopeBackends = await withLayerScope()

async function withLayerScope() {
  const able = []
  for (const [name, make] of all) {
    const backend = await make()
    if (backend.supports.layerScope) able.push([name, make] as const)
    await backend.dispose()
  }
  return able
}
