import { arctan, fastSigmoid, neuron, reference } from '@hillock/core'
import { oracle } from '@hillock/core/backend'
import type { Surrogate } from '@hillock/core/neurons'
import { sigmoid, straightThrough, surrogateFunction } from '@hillock/core/surrogates'
import { describe, expect, test } from '@jest/globals'
import { play } from '../../src/rig.ts'
import { expectClose, flat, golden } from './harness.ts'

const { inputs, expected } = golden('snntorch_surrogates')
const u = flat(inputs.u!)

const surrogates: Readonly<Record<string, Surrogate>> = {
  fast_sigmoid_25: fastSigmoid(),
  fast_sigmoid_5: fastSigmoid({ slope: 5 }),
  atan_2: arctan(),
  sigmoid_25: sigmoid(),
  sigmoid_4: sigmoid({ slope: 4 }),
  straight_through: straightThrough(),
  triangular_1: {
    name: 'snnTorch triangular',
    params: { threshold: 1 },
    derivative: 'where(x < 0, threshold, -threshold)',
  },
  heaviside: { name: 'snnTorch Heaviside', params: {}, derivative: 'x > 0' },
  spike_rate_escape_b1_s25: {
    name: 'snnTorch spike_rate_escape',
    params: { beta: 1, slope: 25 },
    derivative: 'slope * exp(-beta * abs(x - 1))',
  },
}

const step = neuron({ name: 'step', equations: 'spike = heaviside(input)' })

describe.each([
  ['oracle', oracle, 1e-12],
  ['reference', reference, 1e-6],
] as const)('%s', (_, backend, tolerance) => {
  test.each(Object.keys(surrogates))('%s', async (name) => {
    const { kernels, params } = step({ surrogate: surrogates[name]! })
    const run = { kernels, params, steps: 1, batch: 1, size: u.length, inputs: { input: u } }
    const results = await play(backend(), { ...run, signals: { spike: u.map(() => 1) } })
    expect(results.spike).toEqual(expected[`${name}_fwd`])
    expectClose(results['gradient:input']!, expected[`${name}_bwd`], tolerance)
  })
})

test.each(Object.keys(surrogates))('surrogateFunction of %s', (name) => {
  expectClose(u.map(surrogateFunction(surrogates[name]!)), expected[`${name}_bwd`], 1e-12)
})
