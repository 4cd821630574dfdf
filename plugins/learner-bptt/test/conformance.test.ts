import { adam, firingRate } from '@hillock/core'
import { learnerConformance, packageConformance } from '@hillock/testkit'
import { describe, test } from '@jest/globals'
import * as plugin from '../src/index.ts'
import { bptt } from '../src/index.ts'

const runner = { describe, test }

packageConformance({ folder: new URL('../', import.meta.url), exports: plugin, runner })
const optimizer = adam({ learningRate: 0.01 })

learnerConformance({ name: 'bptt', create: () => bptt({ optimizer }), structures: 'all', runner })
learnerConformance({
  name: 'truncated bptt with bounds on firing rates',
  create: () => bptt({ optimizer, window: 3, regularize: firingRate({ low: 0.02, high: 0.5 }) }),
  structures: 'all',
  runner,
})
