import type { Recipe } from '../recipe.ts'

/** An image as a sequence of rows, for a recurrent layer. */
export const sequentialMnist: Recipe = {
  name: 'sequential-mnist',
  description: 'MNIST row by row, backpropagation through time in a recurrent layer, a leaky readout',
  source: 'hillock',
  dataset: { name: 'mnist', validation: 1 / 6 },
  steps: 28,
  encoder: { name: 'constant', rows: true },
  network: [
    { dense: 192 },
    {
      neuron: 'lif',
      beta: 0.9,
      threshold: 1,
      surrogate: { name: 'fastSigmoid', slope: 5 },
      recurrent: {},
    },
    { dense: 10 },
    { neuron: 'leakyIntegrator', beta: 0.9 },
  ],
  loss: { name: 'crossEntropy', reduce: 'mean' },
  learner: {
    name: 'bptt',
    optimizer: { name: 'adam', learningRate: 5e-3, lrSchedule: { name: 'cosine', warmup: 100 } },
  },
  epochs: 20,
  batchSize: 64,
}
