import { expect, test } from '@jest/globals'
import { interpretNumbers } from '../../src/equations/interpret.ts'
import { constantTransition } from '../../src/equations/transition.ts'
import { evaluateSetup } from '../../src/kernel.ts'
import type { Neuron } from '../../src/neuron.ts'
import {
  adaptiveLif,
  alpha,
  integrateAndFire,
  izhikevich,
  leaky,
  leakyIntegrator,
  lif,
  synaptic,
} from '../../src/neurons/index.ts'

function transition({ definition, kernels, params }: Neuron) {
  const program = constantTransition(kernels.reverse().program, Object.keys(definition.state))
  const setup = evaluateSetup(kernels.compiled, params, 1)
  return program && interpretNumbers(program, ({ name }) => setup[name as string] as number)
}

test('of a leaky membrane: the leak, and what comes in', () => {
  const expected = { 'v:state:v': 0.8, 'v:input:input': 1 }
  for (const neuron of [lif, leaky, leakyIntegrator]) expect(transition(neuron({ beta: 0.8 }))).toEqual(expected)
  expect(transition(integrateAndFire())).toEqual({ 'v:state:v': 1, 'v:input:input': 1 })
})

test('of a synaptic current and a membrane: the membrane follows the current', () => {
  expect(transition(synaptic({ alpha: 0.5, beta: 0.8 }))).toEqual({
    'i:state:i': 0.5,
    'i:state:v': 0,
    'i:input:input': 1,
    'v:state:i': 0.5,
    'v:state:v': 0.8,
    'v:input:input': 1,
  })
  expect(transition(alpha({ reset: 'none' }))).toMatchObject({ 'v:state:v': 0, 'excitation:state:excitation': 0.9 })
})

test.each([
  ['a reset to zero', lif({ reset: 'zero' })],
  ['a reset that the gradient flows through', lif({ detach: false })],
  ['currents that are set to zero', alpha()],
  ['a threshold that follows the spikes', adaptiveLif()],
  ['a membrane that is not linear', izhikevich()],
])('there is none of %s', (_, neuron) => {
  expect(transition(neuron)).toBeUndefined()
})
