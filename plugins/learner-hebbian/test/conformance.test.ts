import { kWinners, lif } from '@hillock/core'
import { learnerConformance, packageConformance } from '@hillock/testkit'
import { describe, test } from '@jest/globals'
import * as plugin from '../src/index.ts'
import { hebbian, stdp } from '../src/index.ts'
import { backends, layerScopeBackends } from './backends.ts'

const runner = { describe, test }

packageConformance({ folder: new URL('../', import.meta.url), exports: plugin, runner })

for (const [on, backend] of layerScopeBackends) {
  learnerConformance({
    name: `Oja and a teacher on ${on}`,
    create: () =>
      hebbian({
        teacher: 0.5,
        layers: [
          { rule: 'oja', rate: 0.05, decay: 1e-4, normalize: true, recruit: true },
          { rule: 'supervised', rate: 0.1, anti: 0.1, normalize: true, clip: 1 },
        ],
      }),
    hidden: [[12]],
    neuron: () => kWinners({ threshold: 0.1, k: 1 }),
    backend,
    runner,
  })

  learnerConformance({
    name: `instar and outstar on ${on}`,
    create: () =>
      hebbian({ layers: [{ rule: 'instar', recruit: true, byClass: true, threshold: 0.5 }, { rule: 'outstar' }] }),
    hidden: [[12]],
    neuron: () => kWinners({ threshold: -1, k: 1 }),
    backend,
    runner,
  })
}

for (const [on, backend] of backends) {
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
