import type { Recipe } from '../recipe.ts'
import { mnistBptt } from './mnist-bptt.ts'

const weights = { bits: 4, step: 2 ** -6 }
const weight = { uniform: 1 / 16 }

/** Pixels, weights, decays and states are whole multiples of powers of two: what it says is the same on every device. */
export const mnistBptt4Bit: Recipe = {
  ...mnistBptt,
  name: 'mnist-bptt-4bit',
  description:
    'backpropagation through time in 512 neurons, weights of 4 bits and membranes of 8, straight through the rounding',
  encoder: { name: 'pixels', equations: 'spike = floor(255 * input + 0.5) / 256', range: [0, 1] },
  network: [
    { dense: 512, weight, bias: false, quantized: weights },
    {
      neuron: 'lif',
      beta: 0.875,
      threshold: 1,
      surrogate: { name: 'fastSigmoid', slope: 5 },
      quantized: { bits: 8, step: 2 ** -5 },
    },
    { dense: 10, weight, bias: false, quantized: weights },
    { neuron: 'leakyIntegrator', beta: 0.875, quantized: { bits: 8, step: 2 ** -4 } },
  ],
}
