import type { Recipe } from '../recipe.ts'

/** The best of backpropagation: what is the same for the other learners that follow a gradient. */
export const mnistBptt: Recipe = {
  name: 'mnist-bptt',
  description:
    'backpropagation through time at its best: 1024 neurons that fire rarely, a leaky readout, shifted images',
  source: 'hillock',
  dataset: { name: 'mnist', validation: 1 / 6, shift: 1 },
  steps: 10,
  encoder: { name: 'constant' },
  network: [
    { dense: 1024, weight: { uniform: 1 / 28 }, bias: false },
    { neuron: 'lif', beta: 0.9, threshold: 1, surrogate: { name: 'fastSigmoid', slope: 5 } },
    { dense: 10, weight: { uniform: 1 / 32 }, bias: false },
    { neuron: 'leakyIntegrator', beta: 0.9 },
  ],
  loss: { name: 'crossEntropy', reduce: 'mean' },
  learner: {
    name: 'bptt',
    optimizer: { name: 'adam', learningRate: 1e-3, lrSchedule: { name: 'cosine', warmup: 100 } },
    regularize: { low: 0.1, high: 0.1, strength: 0.02 },
  },
  epochs: 12,
  batchSize: 128,
}
