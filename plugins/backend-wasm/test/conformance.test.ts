import { wasm } from '@hillock/backend-wasm'
import { backendConformance } from '@hillock/testkit'
import { describe, test } from '@jest/globals'

for (const threads of [1, 2]) {
  backendConformance({ name: `wasm, ${threads} threads`, create: () => wasm({ threads }), runner: { describe, test } })
}
