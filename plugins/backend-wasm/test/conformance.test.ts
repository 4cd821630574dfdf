import { wasm } from '@hillock/backend-wasm'
import { thorough } from '@hillock/testing'
import { backendConformance, packageConformance } from '@hillock/testkit'
import { describe, test } from '@jest/globals'
import * as plugin from '../src/index.ts'

const runner = { describe, test }

packageConformance({ folder: new URL('../', import.meta.url), exports: plugin, runner })

backendConformance({
  name: 'wasm, 1 thread',
  create: () => wasm({ threads: 1 }),
  programs: thorough.found ? 1000 : 300,
  runner,
})

/** What differs from that: who computes what, and where it lies. */
const variant = { programs: 25, decorated: false, runner }
for (const threads of [2, 4])
  backendConformance({ ...variant, name: `wasm, ${threads} threads`, create: () => wasm({ threads }) })

/** A backend whose tensors lie where addresses no longer are whole numbers of 31 bits; what is never written takes no memory. */
async function beyondHalf() {
  const backend = await wasm({ threads: 1 })
  backend.alloc([520, 2 ** 20])
  return backend
}
backendConformance({ ...variant, name: 'wasm, from 2 GiB on', create: beyondHalf })
