import { wasm } from '@hillock/backend-wasm'
import { reference } from '@hillock/core'
import { kWinners } from '@hillock/core/neurons'
import { learnerConformance, packageConformance } from '@hillock/testkit'
import { describe, test } from '@jest/globals'
import * as plugin from '../src/index.ts'
import { hebbian } from '../src/index.ts'

const runner = { describe, test }

packageConformance({ folder: new URL('../', import.meta.url), exports: plugin, runner })

for (const [on, backend] of [
  ['reference', reference],
  ['wasm', () => wasm({ threads: 1 })],
] as const) {
  const structures = ['branches', 'skip', 'convolution', 'recurrent'] as const
  const shared = { structures, backend, decorated: on === 'reference', runner }
  learnerConformance({
    name: `Oja and a teacher on ${on}`,
    create: () =>
      hebbian({
        teacher: 0.5,
        layers: [
          { rule: 'oja', learningRate: 0.05, decay: 1e-4, normalize: true, recruit: true },
          { rule: 'supervised', learningRate: 0.1, antiHebbianRate: 0.1, normalize: true, clip: 1 },
        ],
      }),
    hidden: [[12]],
    neuron: () => kWinners({ threshold: 0.1, k: 1 }),
    ...shared,
  })

  learnerConformance({
    name: `instar and outstar on ${on}`,
    create: () =>
      hebbian({
        layers: [{ rule: 'instar', recruit: true, classPartition: true, threshold: 0.5 }, { rule: 'outstar' }],
      }),
    hidden: [[12]],
    neuron: () => kWinners({ threshold: -1, k: 1 }),
    ...shared,
  })
}
