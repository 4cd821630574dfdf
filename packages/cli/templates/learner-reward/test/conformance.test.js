import { describe, test } from 'node:test'
import { lif, sgd } from '@hillock/core'
import { learnerConformance, packageConformance } from '@hillock/testkit'
import * as plugin from 'hillock-learner-template-name'

const runner = { describe, test }
const optimizer = sgd({ learningRate: 0.03, momentum: 0 })

packageConformance({ folder: new URL('../', import.meta.url), exports: plugin, runner })
// A few dozen steps are too few for a reward to find out what each hidden neuron is good for.
learnerConformance({
  name: 'template-name',
  create: () => plugin.templateName({ optimizer }),
  neuron: () => lif(),
  hidden: [[]],
  epochs: 60,
  structures: [],
  runner,
})
