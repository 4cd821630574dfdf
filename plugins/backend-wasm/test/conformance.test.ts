import { wasm } from '@hillock/backend-wasm'
import { backendConformance } from '@hillock/testkit'
import { describe, test } from '@jest/globals'

const runner = { describe, test }

backendConformance({ name: 'wasm, 1 thread', create: () => wasm({ threads: 1 }), programs: 1000, runner })
backendConformance({ name: 'wasm, 2 threads', create: () => wasm({ threads: 2 }), runner })
