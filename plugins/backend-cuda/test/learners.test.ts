import { adam } from '@hillock/core'
import { kWinners, linear } from '@hillock/core/neurons'
import { bptt } from '@hillock/learner-bptt'
import { decolle } from '@hillock/learner-decolle'
import { eligibility } from '@hillock/learner-eligibility'
import { hebbian } from '@hillock/learner-hebbian'
import { randomBp } from '@hillock/learner-random-bp'
import { stdp } from '@hillock/learner-stdp'
import { whereFound } from '@hillock/testing'
import { learnerConformance } from '@hillock/testkit'
import { describe, test } from '@jest/globals'
import { cuda } from '../src/index.ts'
import { compiler, standIn } from './stand-in.ts'

const runner = { describe, test }
const optimizer = adam({ learningRate: 0.01 })
const shared = { decorated: false, hidden: [[24]], backend: () => cuda({ library: standIn.library }), runner }

/** What is asked of these learners: the rest is the same for all, and was asked of those above. */
const few = {
  describe,
  test: Object.assign(
    (name: string, body: () => void | Promise<void>, patience?: number) => {
      if (/learns with|same bits for|nothing on the backend|all that it remembers/.test(name))
        test(name, body, patience)
    },
    { skip: test.skip },
  ),
}

whereFound('learners on a stand-in for the driver', compiler, () => {
  learnerConformance({ ...shared, name: 'bptt on cuda', create: () => bptt({ optimizer }) })
  learnerConformance({ ...shared, name: 'eligibility on cuda', create: () => eligibility({ optimizer }) })
  learnerConformance({ ...shared, name: 'random-bp on cuda', create: () => randomBp({ optimizer }), epochs: 60 })
  learnerConformance({
    ...shared,
    name: 'hebbian on cuda',
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
  learnerConformance({
    ...{ ...shared, runner: few, name: 'decolle on cuda', epochs: 60 },
    create: () => decolle({ optimizer }),
  })
  learnerConformance({
    ...{ ...shared, runner: few, name: 'stdp with a readout on cuda', hidden: [[]] },
    create: () => stdp({ potentiation: 1e-3, depression: 1e-3, preDecay: 0.5, postDecay: 0.5, readout: {} }),
    neuron: () => linear(),
  })
})
