import { adaptiveLif, arctan, leaky, leakyIntegrator, lif, type Neuron, neuron, synaptic } from '@hillock/core'
import {
  alpha,
  gradedSpike,
  integrateAndFire,
  izhikevich,
  lapicque,
  linear,
  refractoryLif,
  relu,
} from '@hillock/core/neurons'
import { describe, expect, test } from '@jest/globals'
import { neuronConformance } from '../src/index.ts'
import { outcome } from './outcome.ts'

const runner = { describe, test }

const neurons: Readonly<Record<string, Neuron>> = {
  'integrate and fire': integrateAndFire(),
  'integrate and fire, no reset': integrateAndFire({ reset: 'none' }),
  lif: lif(),
  'lif, one beta for each neuron': lif({ beta: [0.5, 0.8, 0.9, 1] }),
  'lif, arctan': lif({ surrogate: arctan() }),
  'lif, to zero': lif({ reset: 'zero', atThreshold: true, record: ['pre'] }),
  'lif, to zero, not detached': lif({ reset: 'zero', detach: false }),
  'lif, subtract, not detached': lif({ detach: false }),
  leaky: leaky(),
  'leaky, to zero': leaky({ reset: 'zero' }),
  'leaky, no reset': leaky({ reset: 'none' }),
  synaptic: synaptic(),
  alpha: alpha(),
  'alpha, no reset': alpha({ reset: 'none' }),
  lapicque: lapicque({ threshold: 0.2 }),
  'lapicque, to zero': lapicque({ threshold: 0.2, reset: 'zero' }),
  'leaky integrator': leakyIntegrator(),
  'adaptive lif': adaptiveLif({ record: ['pre', 'level'] }),
  'refractory lif': refractoryLif(),
  'graded spike': gradedSpike(),
  relu: relu(),
  linear: linear(),
}

for (const [name, made] of Object.entries(neurons)) describe(name, () => neuronConformance(made, { runner }))

describe('in mV', () => {
  // The upstroke of a spike magnifies the rounding of a membrane ten-thousandfold, and each one more.
  const options = { current: [-5, 25], steps: 12, runner } as const
  neuronConformance(izhikevich(), options)
  neuronConformance(izhikevich({ detach: false }), options)
})

describe('the suite fails', () => {
  /** Names of the tests that a neuron does not pass. */
  const failures = async (broken: Neuron, options = {}): Promise<readonly string[]> =>
    (await outcome((runner) => neuronConformance(broken, { ...options, runner }))).failed

  test('where a surrogate is not the derivative of its smooth function', async () => {
    const surrogate = { name: 'wrong', params: {}, derivative: '1 / (1 + x * x)', smooth: 'x' }
    expect(await failures(lif({ surrogate }))).toEqual(['has the gradient that finite differences give'])
  })

  test('where graded values are said to be binary', async () => {
    expect(await failures({ ...relu(), binary: true })).toEqual(['gives zeros and ones only, as it says'])
  })

  test('where the membrane runs away', async () => {
    const runaway = neuron({
      name: 'runaway',
      state: { v: 1 },
      equations: `
        v = 1.2 * v + input
        spike = v`,
    })
    expect(await failures(runaway())).toEqual(['stays finite over a long run, and so do its gradients'])
  })

  test('where the membrane is reset before the neuron fires, or a step late', async () => {
    const params = { beta: 0.5, threshold: 1 }
    const [integrate, fire, reset] = [
      'v = beta * v + input',
      'spike = heaviside(v - threshold)',
      'v = where(spike, 0, v)',
    ]
    const ordered = (...lines: string[]) =>
      neuron({ name: 'ordered', params, state: { v: 0, last: 0 }, equations: [...lines, 'last = spike'].join('\n') })()
    // by hand: 0.75, 0.375 + 0.75 > 1 and down to 0, 0.75, 1.125 again
    const trace = { input: [0.75, 0.75, 0.75, 0.75], spike: [0, 1, 0, 1], v: [0.75, 0, 0.75, 0] }
    const right = ordered(integrate, fire, reset)
    const before = ordered(integrate, 'v = where(v > threshold, 0, v)', fire)
    const late = ordered('v = where(last, 0, v)', integrate, fire)
    const runs = [right, before, late].map((tried) => failures(tried, { trace }))
    expect(await Promise.all(runs)).toEqual([[], ['follows the trace', 'gives something out'], ['follows the trace']])
  })

  test('where f32 does not suffice', async () => {
    const wide = neuron({ name: 'wide', equations: 'spike = (input + 1e9) - 1e9' })
    expect(await failures(wide())).toContain('gives in f32 what the oracle gives in f64')
  })
})
