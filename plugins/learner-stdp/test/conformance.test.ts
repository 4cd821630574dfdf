import { wasm } from '@hillock/backend-wasm'
import { reference } from '@hillock/core'
import { linear } from '@hillock/core/neurons'
import { learnerConformance, packageConformance } from '@hillock/testkit'
import { describe, test } from '@jest/globals'
import * as plugin from '../src/index.ts'
import { stdp } from '../src/index.ts'

const runner = { describe, test }

packageConformance({ folder: new URL('../', import.meta.url), exports: plugin, runner })

for (const [on, backend] of [
  ['reference', reference],
  ['wasm', () => wasm({ threads: 1 })],
] as const) {
  // Pairs alone learn no classes: the readout does.
  learnerConformance({
    name: `stdp with a readout on ${on}`,
    create: () => stdp({ potentiation: 1e-3, depression: 1e-3, preDecay: 0.5, postDecay: 0.5, readout: {} }),
    hidden: [[]],
    neuron: () => linear(),
    backend,
    runner,
  })
}
