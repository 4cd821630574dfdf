import { thorough } from '@hillock/testing'
import { backendConformance, packageConformance } from '@hillock/testkit'
import { describe, test } from '@jest/globals'
import * as plugin from '../src/index.ts'

packageConformance({ folder: new URL('../', import.meta.url), exports: plugin, runner: { describe, test } })

/** All tests, but those behind a decorator in thorough runs alone: there tfjs does the same again, slowly. */
const runner = {
  describe(title: string, declare: () => void) {
    if (thorough.found || title !== 'behind a decorator') describe(title, declare)
  },
  test,
}

for (const backend of ['cpu', 'wasm'] as const) {
  backendConformance({
    name: `tfjs:${backend}`,
    create: () => plugin.tfjs({ backend }),
    programs: 25,
    runner,
  })
}
