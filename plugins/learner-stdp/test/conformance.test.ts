import { wasm } from '@hillock/backend-wasm'
import { lif, reference } from '@hillock/core'
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
  // Without a hidden layer: reward says nothing of what a neuron contributes that others read.
  learnerConformance({
    name: `stdp by reward on ${on}`,
    create: () =>
      stdp({ potentiation: 0.01, depression: 0, preDecay: 0.5, postDecay: 0.5, bounds: [-1, 1], reward: {} }),
    hidden: [[]],
    neuron: () => lif(),
    backend,
    runner,
  })
}
