import { thorough } from '@hillock/testing'
import { backendConformance, packageConformance } from '@hillock/testkit'
import { describe, test } from '@jest/globals'
import * as plugin from '../src/index.ts'

const runner = { describe, test }

/** Wirings go through the same operations of tfjs on all of its backends; on the slowest one, graphs of connections show that they do. */
const withoutWirings = {
  describe(title: string, declare: () => void) {
    if (thorough.found || title !== 'wirings') describe(title, declare)
  },
  test,
}

packageConformance({ folder: new URL('../', import.meta.url), exports: plugin, runner })

for (const backend of ['cpu', 'wasm'] as const) {
  backendConformance({
    name: `tfjs:${backend}`,
    create: () => plugin.tfjs({ backend }),
    programs: 25,
    // there tfjs does the same again, slowly
    decorated: thorough.found,
    runner: backend === 'cpu' ? withoutWirings : runner,
  })
}
