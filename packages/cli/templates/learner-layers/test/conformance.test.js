import { describe, test } from 'node:test'
import { adam } from '@hillock/core'
import { learnerConformance, packageConformance } from '@hillock/testkit'
import * as plugin from 'hillock-learner-template-name'

const runner = { describe, test }
const optimizer = adam({ learningRate: 0.01 })

packageConformance({ folder: new URL('../', import.meta.url), exports: plugin, runner })
learnerConformance({
  name: 'template-name',
  create: () => plugin.templateName({ optimizer }),
  epochs: 60,
  structures: 'all',
  runner,
})
