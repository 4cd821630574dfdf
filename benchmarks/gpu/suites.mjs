import { cuda } from '@hillock/backend-cuda'
import { adam } from '@hillock/core'
import { kWinners } from '@hillock/core/neurons'
import { bptt } from '@hillock/learner-bptt'
import { eligibility } from '@hillock/learner-eligibility'
import { hebbian } from '@hillock/learner-hebbian'
import { randomBp } from '@hillock/learner-random-bp'
import { backendConformance, learnerConformance } from '@hillock/testkit'
import { isLeft } from './budget.mjs'

/** Runs what a suite registers while `share` of the part's time is left, says what failed, and counts what was left out. */
async function runSuite(register, tell, share, most = Number.POSITIVE_INFINITY) {
  const tests = []
  const add = (name, body) => tests.push({ name, body })
  // what is behind a decorator is the same on every device
  const describe = (name, body) => {
    if (name !== 'behind a decorator') body()
  }
  register({ describe, test: Object.assign(add, { skip: () => {} }) })
  let [passed, failed, skipped] = [0, 0, 0]
  for (const { name, body } of tests.slice(0, most)) {
    if (!isLeft(share)) {
      skipped++
      continue
    }
    try {
      await body()
      passed++
    } catch (error) {
      failed++
      tell({ failed: name, error: String(error).slice(0, 300) })
    }
  }
  return { passed, failed, skipped }
}

/** Every operation, scan, product and random program, to the bit. */
export async function conformance({ small, tell }) {
  const register = (runner) =>
    backendConformance({ name: 'cuda', create: () => cuda(), programs: small ? 2 : 50, runner })
  const found = await runSuite(register, tell, 0.1, small ? 40 : undefined)
  tell(found)
  return found.failed === 0
}

const optimizer = adam({ learningRate: 0.01 })
const layers = [
  { rule: 'oja', learningRate: 0.05, decay: 1e-4, normalize: true, recruit: true },
  { rule: 'supervised', learningRate: 0.1, antiHebbianRate: 0.1, normalize: true, clip: 1 },
]

export async function learners({ small, tell }) {
  const shared = { backend: () => cuda(), hidden: [[24]] }
  const all = [
    { name: 'bptt', create: () => bptt({ optimizer }) },
    { name: 'eligibility', create: () => eligibility({ optimizer }) },
    { name: 'random-bp', create: () => randomBp({ optimizer }), epochs: 60 },
    {
      name: 'hebbian',
      create: () => hebbian({ teacher: 0.5, layers }),
      hidden: [[12]],
      neuron: () => kWinners({ threshold: 0.1, k: 1 }),
    },
  ]
  let whole = true
  for (const [index, learner] of all.entries()) {
    const register = (runner) => learnerConformance({ ...shared, ...learner, runner })
    const found = await runSuite(register, tell, 0.9 - (0.8 * (index + 1)) / all.length, small ? 1 : undefined)
    tell({ learner: learner.name, ...found })
    whole &&= found.failed === 0
  }
  return whole
}
