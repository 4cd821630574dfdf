import { wasm } from '@hillock/backend-wasm'
import { adam, firingRate, reference } from '@hillock/core'
import { learnerConformance, packageConformance } from '@hillock/testkit'
import { describe, test } from '@jest/globals'
import * as plugin from '../src/index.ts'
import { decolle } from '../src/index.ts'

const runner = { describe, test }

packageConformance({ folder: new URL('../', import.meta.url), exports: plugin, runner })
const optimizer = adam({ learningRate: 0.01 })
const regularize = firingRate({ low: 0.02, high: 0.5 })

learnerConformance({
  name: 'decolle on reference',
  create: () => decolle({ optimizer }),
  epochs: 60,
  structures: 'all',
  backend: reference,
  runner,
})
learnerConformance({
  name: 'decolle with bounds on rates on wasm',
  create: () => decolle({ optimizer, regularize }),
  backend: () => wasm({ threads: 1 }),
  decorated: false,
  structures: 'all',
  runner,
})
