import {
  arctan,
  fastSigmoid,
  neuron,
  oracle,
  reference,
  type Surrogate,
  sigmoid,
  straightThrough,
  surrogateFunction,
} from '@hillock/core'
import { describe, expect, test } from '@jest/globals'
import { reverseNeuron, runNeuron } from '../../src/run-neuron.ts'
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
    const device = backend()
    const extent = { steps: 1, batch: 1, size: u.length }
    const [input, ones] = [device.alloc([1, 1, u.length]), device.alloc([1, 1, u.length])]
    device.write(input, u)
    device.write(ones, new Float64Array(u.length).fill(1))
    const run = runNeuron(device, step({ surrogate: surrogates[name]! }), { input }, extent)
    expect(Array.from(await device.read(run.outputs.spike!))).toEqual(expected[`${name}_fwd`])
    const gradients = await reverseNeuron(device, run, { spike: ones })
    expectClose(await device.read(gradients.inputs.input!), expected[`${name}_bwd`], tolerance)
  })
})

test.each(Object.keys(surrogates))('surrogateFunction of %s', (name) => {
  expectClose(u.map(surrogateFunction(surrogates[name]!)), expected[`${name}_bwd`], 1e-12)
})
