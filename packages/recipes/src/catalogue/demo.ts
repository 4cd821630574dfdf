import type { Recipe } from '../recipe.ts'

/** Small enough for a first look: data made on the spot, one hidden layer, done within a minute. */
export const demo: Recipe = {
  name: 'demo',
  description: 'handwritten digits made on the spot, a small network of leaky integrate-and-fire neurons',
  source: 'hillock',
  dataset: { name: 'glyphs' },
  steps: 20,
  encoder: { name: 'poisson', probability: 0.5 },
  network: [
    { dense: 128 },
    { neuron: 'lif', beta: 0.9, surrogate: { name: 'fastSigmoid', slope: 10 } },
    { dense: 10 },
    { neuron: 'lif', beta: 0.9, surrogate: { name: 'fastSigmoid', slope: 10 } },
  ],
  loss: { name: 'crossEntropy' },
  learner: { name: 'bptt', optimizer: { name: 'adam', rate: 2e-3 } },
  epochs: 8,
  batchSize: 32,
}
