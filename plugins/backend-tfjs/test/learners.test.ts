import { adam } from '@hillock/core'
import { kWinners } from '@hillock/core/neurons'
import { bptt } from '@hillock/learner-bptt'
import { eligibility } from '@hillock/learner-eligibility'
import { hebbian } from '@hillock/learner-hebbian'
import { randomBp } from '@hillock/learner-random-bp'
import { thorough, whereFound } from '@hillock/testing'
import { learnerConformance } from '@hillock/testkit'
import { describe, test } from '@jest/globals'
import { tfjs } from '../src/index.ts'

const optimizer = adam({ learningRate: 0.01 })
const shared = {
  decorated: false,
  backend: () => tfjs({ backend: 'wasm' }),
  hidden: [[24]],
  runner: { describe, test },
}

whereFound('learners on tfjs', thorough, () => {
  learnerConformance({ ...shared, name: 'bptt on tfjs', create: () => bptt({ optimizer }) })
  learnerConformance({ ...shared, name: 'eligibility on tfjs', create: () => eligibility({ optimizer }) })
  learnerConformance({ ...shared, name: 'random-bp on tfjs', create: () => randomBp({ optimizer }), epochs: 60 })
  learnerConformance({
    ...shared,
    name: 'hebbian on tfjs',
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
  })
})
