import { backendConformance, packageConformance } from '@hillock/testkit'
import { describe, test } from '@jest/globals'
import * as plugin from '../src/index.ts'
import { thorough } from './thorough.ts'

const runner = { describe, test }

packageConformance({ folder: new URL('../', import.meta.url), exports: plugin, runner })

/** What lies between a backend and its decorator is the same on every backend of tfjs, and tfjs-cpu is slow. */
const once = {
  describe: (title: string, declare: () => void) => {
    if (title !== 'behind a decorator') describe(title, declare)
  },
  test,
}

for (const [backend, on] of [
  ['cpu', thorough.found ? runner : once],
  ['wasm', runner],
] as const) {
  backendConformance({ name: `tfjs:${backend}`, create: () => plugin.tfjs({ backend }), programs: 25, runner: on })
}
