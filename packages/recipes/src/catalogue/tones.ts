import type { Recipe } from '../recipe.ts'

/** Sounds as spikes, for a recurrent layer of neurons that adapt. */
export const tones: Recipe = {
  name: 'tones',
  description: 'chirps as spikes of a mel bank, backpropagation through time in a recurrent layer that adapts',
  source: 'hillock',
  dataset: { name: 'tones', train: 1200, validation: 1 / 6 },
  steps: 100,
  encoder: { name: 'spikes' },
  network: [
    { dense: 64 },
    { neuron: 'adaptiveLif', surrogate: { name: 'fastSigmoid', slope: 5 }, recurrent: {} },
    { dense: 6 },
    { neuron: 'leakyIntegrator', beta: 0.98 },
  ],
  loss: { name: 'crossEntropy', reduce: 'mean' },
  learner: {
    name: 'bptt',
    optimizer: { name: 'adam', learningRate: 3e-3, lrSchedule: { name: 'cosine', warmup: 50 } },
  },
  epochs: 25,
  batchSize: 32,
}
