import { wasm } from '@hillock/backend-wasm'
import { backendConformance, packageConformance } from '@hillock/testkit'
import { describe, test } from '@jest/globals'
import * as plugin from '../src/index.ts'

const runner = { describe, test }

packageConformance({ folder: new URL('../', import.meta.url), exports: plugin, runner })

backendConformance({ name: 'wasm, 1 thread', create: () => wasm({ threads: 1 }), programs: 1000, runner })
for (const threads of [2, 4])
  backendConformance({ name: `wasm, ${threads} threads`, create: () => wasm({ threads }), runner })
