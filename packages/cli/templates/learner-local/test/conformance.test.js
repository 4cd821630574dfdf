import { describe, test } from 'node:test'
import { sgd } from '@hillock/core'
import { learnerConformance, packageConformance } from '@hillock/testkit'
import * as plugin from 'hillock-learner-template-name'

const runner = { describe, test }
const optimizer = sgd({ learningRate: 3e-4 })

packageConformance({ folder: new URL('../', import.meta.url), exports: plugin, runner })
// A hidden layer is not told what the last one makes of it.
learnerConformance({
  name: 'template-name',
  create: () => plugin.templateName({ optimizer }),
  hidden: [[24]],
  epochs: 60,
  accuracy: 0.75,
  structures: [],
  runner,
})
