import { wasm } from '@hillock/backend-wasm'
import { adam, firingRate, reference } from '@hillock/core'
import { learnerConformance, packageConformance } from '@hillock/testkit'
import { describe, test } from '@jest/globals'
import * as plugin from '../src/index.ts'
import { randomBp } from '../src/index.ts'

const runner = { describe, test }

packageConformance({ folder: new URL('../', import.meta.url), exports: plugin, runner })
const optimizer = adam({ learningRate: 0.01 })
const regularize = firingRate({ low: 0.02, high: 0.5 })

for (const [on, backend] of [
  ['reference', reference],
  ['wasm', () => wasm({ threads: 1 })],
] as const) {
  const shared = { backend, decorated: false, structures: 'all', runner } as const
  learnerConformance({
    ...shared,
    name: `random-bp on ${on}`,
    create: () => randomBp({ optimizer }),
    epochs: 60,
    decorated: on === 'reference',
  })
  learnerConformance({
    name: `random-bp, layered, in a window, on ${on}`,
    create: () => randomBp({ optimizer, feedback: 'layered', window: 5, regularize }),
    ...shared,
  })
  learnerConformance({
    name: `random-bp with means over a window on ${on}`,
    create: () => randomBp({ optimizer, window: 5, average: 'window' }),
    ...shared,
  })
}
