import { expect, test } from '@jest/globals'
import type { Program } from '../../src/equations/graph.ts'
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
  recurrent,
  synaptic,
} from '../../src/neurons/index.ts'

function transition({ definition, kernels, params }: Neuron) {
  const found = constantTransition(kernels.reverse().program, definition)
  const setup = evaluateSetup(kernels.compiled, params, 1)
  const values = (program: Program) => interpretNumbers(program, ({ name }) => setup[name as string] as number)
  return found && Object.fromEntries(Object.entries(found).map(([state, program]) => [state, values(program)]))
}

test('of a leaky membrane: the leak, and what comes in', () => {
  const expected = { v: { v: 0.8, input: 1 } }
  for (const neuron of [lif, leaky, leakyIntegrator]) expect(transition(neuron({ beta: 0.8 }))).toEqual(expected)
  expect(transition(integrateAndFire())).toEqual({ v: { v: 1, input: 1 } })
})

test('of a synaptic current and a membrane: the membrane follows the current', () => {
  expect(transition(synaptic({ alpha: 0.5, beta: 0.8 }))).toEqual({
    i: { i: 0.5, v: 0, input: 1 },
    v: { i: 0.5, v: 0.8, input: 1 },
  })
})

test('a state that nothing answers to is left out', () => {
  const found = transition(alpha({ reset: 'none' }))
  expect(found).toMatchObject({ excitation: { excitation: 0.9 } })
  expect(found).not.toHaveProperty('v')
  const { definition, kernels } = recurrent(lif())
  expect(constantTransition(kernels.reverse().program, definition)).toBeUndefined()
  expect(Object.keys(constantTransition(kernels.reverseWithin().program, definition)!)).toEqual(['v'])
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
