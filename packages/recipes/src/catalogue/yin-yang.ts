import type { Recipe } from '../recipe.ts'

/** When four neurons fire tells where a point lies; three classes that no lines divide. */
export const yinYang: Recipe = {
  name: 'yin-yang',
  description: 'points of three classes as times of spikes, backpropagation through time in a small network',
  source: 'Kriener, Göltz and Petrovici 2022 (the data set)',
  dataset: { name: 'yin-yang', train: 6000, validation: 1 / 6 },
  steps: 60,
  encoder: { name: 'latency' },
  network: [
    { dense: 120, weight: { uniform: 2 } },
    { neuron: 'lif', beta: 0.98, threshold: 1, surrogate: { name: 'fastSigmoid', slope: 10 } },
    { dense: 3 },
    { neuron: 'leakyIntegrator', beta: 0.98 },
  ],
  loss: { name: 'crossEntropy', reduce: 'mean' },
  learner: {
    name: 'bptt',
    optimizer: { name: 'adam', learningRate: 1e-2, lrSchedule: { name: 'cosine', warmup: 100 } },
  },
  epochs: 200,
  batchSize: 50,
}
