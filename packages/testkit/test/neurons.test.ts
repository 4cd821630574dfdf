import {
  adaptiveLif,
  alpha,
  arctan,
  gradedSpike,
  integrateAndFire,
  izhikevich,
  lapicque,
  leaky,
  leakyIntegrator,
  lif,
  linear,
  type Neuron,
  neuron,
  refractoryLif,
  relu,
  synaptic,
} from '@hillock/core'
import { describe, expect, test } from '@jest/globals'
import { neuronConformance } from '../src/index.ts'

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
  async function failures(broken: Neuron): Promise<string[]> {
    const bodies: [string, () => void | Promise<void>][] = []
    neuronConformance(broken, {
      runner: { describe: (_, body) => body(), test: (name, body) => bodies.push([name, body]) },
    })
    const failed: string[] = []
    for (const [name, body] of bodies)
      await Promise.resolve()
        .then(body)
        .catch(() => failed.push(name))
    return failed
  }

  test('where a surrogate is not the derivative of its smooth function', async () => {
    const surrogate = { name: 'wrong', params: {}, derivative: '1 / (1 + x * x)', smooth: 'x' }
    expect(await failures(lif({ surrogate }))).toEqual(['has the gradient that finite differences give'])
  })

  test('where graded values are said to be binary', async () => {
    expect(await failures({ ...relu(), binary: true })).toEqual(['gives zeros and ones only, if it says so'])
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

  test('where f32 does not suffice', async () => {
    const wide = neuron({ name: 'wide', equations: 'spike = (input + 1e9) - 1e9' })
    expect(await failures(wide())).toContain('gives in f32 what the oracle gives in f64')
  })
})
