import { wasm } from '@hillock/backend-wasm'
import { adam, crossEntropy, firingRate, reference } from '@hillock/core'
import { learnerConformance, packageConformance } from '@hillock/testkit'
import { describe, test } from '@jest/globals'
import * as plugin from '../src/index.ts'
import { type EligibilityOptions, eligibility } from '../src/index.ts'

const runner = { describe, test }

packageConformance({ folder: new URL('../', import.meta.url), exports: plugin, runner })

const optimizer = adam({ learningRate: 0.01 })
const learners: Record<string, EligibilityOptions> = {
  'e-prop with random feedback': {},
  'e-prop with symmetric feedback': {
    feedback: 'symmetric',
    error: 'current',
    regularize: firingRate({ low: 0.02, high: 0.5 }),
  },
  'exponential traces': { trace: 'exponential' },
  'e-prop online': { mode: 'online' },
}
const [first] = Object.values(learners)

for (const [on, backend] of [
  ['reference', reference],
  ['wasm', () => wasm({ threads: 1 })],
] as const) {
  for (const [name, options] of Object.entries(learners)) {
    learnerConformance({
      name: `${name} on ${on}`,
      create: () => eligibility({ optimizer, ...options }),
      ...(options.mode === 'online' && { loss: crossEntropy({ reduce: 'each' }) }),
      backend,
      structures: 'all',
      decorated: on === 'reference' && options === first,
      runner,
    })
  }
}
