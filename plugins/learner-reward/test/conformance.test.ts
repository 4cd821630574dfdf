import { wasm } from '@hillock/backend-wasm'
import { adam, reference } from '@hillock/core'
import { learnerConformance, packageConformance } from '@hillock/testkit'
import { describe, test } from '@jest/globals'
import * as plugin from '../src/index.ts'
import { escapeLif, reward } from '../src/index.ts'

const runner = { describe, test }

packageConformance({ folder: new URL('../', import.meta.url), exports: plugin, runner })

learnerConformance({
  name: 'reward by pairs on reference',
  create: () => reward({ optimizer: adam({ rate: 0.02 }) }),
  backend: reference,
  hidden: [[]],
  runner,
})
learnerConformance({
  name: 'reward by likelihood on wasm',
  create: () => reward({ rule: 'max', optimizer: adam({ rate: 0.03 }) }),
  backend: () => wasm({ threads: 1 }),
  neuron: () => escapeLif(),
  epochs: 60,
  decorated: false,
  runner,
})
