import type { Recipe } from '../recipe.ts'

/** An image pixel by pixel, in a random order: 784 steps, for a recurrent layer with thresholds that sink slowly. */
export const permutedMnist: Recipe = {
  name: 'permuted-mnist',
  description: 'MNIST pixel by pixel in a random order, eligibility traces in a recurrent layer that adapts',
  source: 'hillock, after Bellec et al. 2018',
  dataset: { name: 'mnist', permuted: true, validation: 1 / 6 },
  steps: 784,
  encoder: { name: 'constant', rows: true },
  network: [
    { dense: 128 },
    {
      neuron: 'adaptiveLif',
      beta: 0.95,
      rho: 0.998,
      strength: 0.05,
      surrogate: { name: 'triangular', height: 0.3 },
      recurrent: {},
    },
    { dense: 10, weight: { uniform: 0.02 } },
    { neuron: 'leakyIntegrator', beta: 0.99 },
  ],
  loss: { name: 'crossEntropy', reduce: 'mean' },
  learner: {
    name: 'eligibility',
    feedback: 'symmetric',
    error: 'current',
    optimizer: { name: 'adam', learningRate: 5e-3, lrSchedule: { name: 'cosine' } },
  },
  epochs: 1,
  batchSize: 64,
}
