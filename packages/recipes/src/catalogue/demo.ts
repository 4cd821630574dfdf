import type { Recipe } from '../recipe.ts'

/** Small enough for a first look: generated data, one hidden layer, done within a minute. */
export const demo: Recipe = {
  name: 'demo',
  description: 'generated handwritten digits, a small network of leaky integrate-and-fire neurons',
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
  learner: { name: 'bptt', optimizer: { name: 'adam', learningRate: 2e-3 } },
  epochs: 8,
  batchSize: 32,
}
