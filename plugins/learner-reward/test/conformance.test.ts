import { wasm } from '@hillock/backend-wasm'
import { adam, lif, reference, sgd } from '@hillock/core'
import { learnerConformance, packageConformance } from '@hillock/testkit'
import { describe, test } from '@jest/globals'
import * as plugin from '../src/index.ts'
import { escapeLif, reward } from '../src/index.ts'

const runner = { describe, test }

packageConformance({ folder: new URL('../', import.meta.url), exports: plugin, runner })

// Without a hidden layer: a few dozen steps are too few for a reward to find out what each hidden neuron is good for.
learnerConformance({
  name: 'reward by pairs on wasm',
  create: () => reward({ optimizer: sgd({ learningRate: 0.01, momentum: 0 }), pairs: { preDecay: 0.5 } }),
  backend: () => wasm({ threads: 1 }),
  neuron: () => lif(),
  epochs: 60,
  accuracy: 0.8,
  hidden: [[]],
  structures: 'all',
  decorated: false,
  runner,
})
learnerConformance({
  name: 'reward by likelihood on reference',
  create: () => reward({ rule: 'max', optimizer: adam({ learningRate: 0.1 }) }),
  backend: reference,
  neuron: () => escapeLif({ beta: 0.5, width: 2 }),
  epochs: 60,
  hidden: [[]],
  structures: 'all',
  runner,
})
