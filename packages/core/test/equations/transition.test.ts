import { expect, test } from '@jest/globals'
import type { Program } from '../../src/equations/graph.ts'
import { interpretNumbers } from '../../src/equations/interpret.ts'
import { transition } from '../../src/equations/transition.ts'
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

const rowsOf = ({ definition, kernels }: Neuron, reversed = kernels.reverse()) =>
  transition(reversed.program, definition)

/** Derivatives of numbers alone. */
function numbers(neuron: Neuron) {
  const { kernels, params } = neuron
  const setup = evaluateSetup(kernels.compiled, params, 1)
  const value = (program: Program) =>
    Object.values(interpretNumbers(program, ({ name }) => setup[name as string] as number))[0]
  return Object.fromEntries(
    Object.entries(rowsOf(neuron)).map(([state, by]) => [
      state,
      Object.fromEntries(Object.entries(by).map(([name, program]) => [name, value(program)])),
    ]),
  )
}

/** Which derivatives change with the neuron or with time. */
const changing = (neuron: Neuron) =>
  Object.entries(rowsOf(neuron)).flatMap(([state, by]) =>
    Object.entries(by).flatMap(([name, { nodes }]) =>
      nodes.some(({ op }) => op === 'state' || op === 'input') ? [`${state} by ${name}`] : [],
    ),
  )

test('of a leaky membrane: the leak, and what comes in', () => {
  const expected = { v: { v: 0.8, input: 1 } }
  for (const neuron of [lif, leaky, leakyIntegrator]) expect(numbers(neuron({ beta: 0.8 }))).toEqual(expected)
  expect(numbers(integrateAndFire())).toEqual({ v: { v: 1, input: 1 } })
})

test('of a synaptic current and a membrane: the membrane follows the current', () => {
  expect(numbers(synaptic({ alpha: 0.5, beta: 0.8 }))).toEqual({
    i: { i: 0.5, v: 0, input: 1 },
    v: { i: 0.5, v: 0.8, input: 1 },
  })
})

test('a state that nothing answers to is left out', () => {
  const found = numbers(alpha({ reset: 'none' }))
  expect(found).toMatchObject({ excitation: { excitation: 0.9 } })
  expect(found).not.toHaveProperty('v')
  const { kernels } = recurrent(lif())
  expect(Object.keys(rowsOf(recurrent(lif())))).toEqual(['v', 'past'])
  expect(Object.keys(rowsOf(recurrent(lif()), kernels.reverseWithin()))).toEqual(['v'])
})

test.each<[string, Neuron, string[]]>([
  ['a leak', lif(), []],
  ['a reset to zero', lif({ reset: 'zero' }), ['v by v', 'v by input']],
  ['a reset that the gradient flows through', lif({ detach: false }), ['v by v', 'v by input']],
  ['a threshold that follows the spikes', adaptiveLif(), ['a by v', 'a by a', 'a by input']],
  ['a membrane that is not linear', izhikevich(), ['v by v', 'v by u', 'v by input', 'u by v', 'u by u', 'u by input']],
])('%s: derivatives that change', (_, neuron, expected) => {
  expect(changing(neuron)).toEqual(expected)
})
