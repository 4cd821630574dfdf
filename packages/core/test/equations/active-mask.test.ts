import { describe, expect, test } from '@jest/globals'
import { linear } from '../../src/entries/neurons.ts'
import { boxcar, triangular } from '../../src/entries/surrogates.ts'
import { fastSigmoid, lif, type Neuron } from '../../src/index.ts'

const hasActiveMask = (neuron: Neuron) => '#active' in neuron.kernels.learning().program.outputs

describe('where the adjoint of a spike has an effect', () => {
  test.each([
    ['triangular', lif({ surrogate: triangular() }), true],
    ['boxcar', lif({ surrogate: boxcar() }), true],
    ['boxcar, with the reset differentiated', lif({ surrogate: boxcar(), detach: false }), true],
    ['fastSigmoid: everywhere', lif({ surrogate: fastSigmoid() }), false],
    ['no spikes at all', linear(), false],
  ])('%s', (_, neuron, expected) => {
    expect(hasActiveMask(neuron)).toBe(expected)
  })
})
