import { wasm } from '@hillock/backend-wasm'
import { backendConformance, packageConformance } from '@hillock/testkit'
import { describe, test } from '@jest/globals'
import * as plugin from '../src/index.ts'

const runner = { describe, test }

packageConformance({ folder: new URL('../', import.meta.url), exports: plugin, runner })

backendConformance({ name: 'wasm, 1 thread', create: () => wasm({ threads: 1 }), programs: 1000, runner })
backendConformance({ name: 'wasm, 2 threads', create: () => wasm({ threads: 2 }), runner })
