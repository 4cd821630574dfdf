import type { Recipe } from '../recipe.ts'

/** When four neurons fire tells where a point lies; three classes that no lines divide. */
export const yinYang: Recipe = {
  name: 'yin-yang',
  description: 'points of three classes as times of spikes, backpropagation through time in a small network',
  source: 'Kriener, Göltz and Petrovici 2022 (the data set)',
  dataset: { name: 'yin-yang', validation: 1 / 5 },
  steps: 30,
  encoder: { name: 'latency' },
  network: [
    { dense: 120, weight: { uniform: 1 } },
    { neuron: 'lif', beta: 0.95, threshold: 1, surrogate: { name: 'fastSigmoid', slope: 5 } },
    { dense: 3 },
    { neuron: 'leakyIntegrator', beta: 0.95 },
  ],
  loss: { name: 'crossEntropy', reduce: 'mean' },
  learner: { name: 'bptt', optimizer: { name: 'adam', rate: 5e-3, schedule: { name: 'cosine', warmup: 100 } } },
  epochs: 100,
  batchSize: 50,
}
