import type { Recipe } from '../recipe.ts'

/** An ordinary network without spikes and time, to compare the graded spikes with. */
export const feedforward: Recipe = {
  name: 'feedforward',
  description: 'the same sizes with rectified linear units and one time step, to compare with graded-spikes',
  source: 'seed 001, "Spiking Neural Network (SNN) with PyTorch", G. Chevalier 2019',
  dataset: { name: 'mnist', normalize: { mean: 0.5, deviation: 1 } },
  steps: 1,
  encoder: { name: 'constant' },
  network: [{ dense: 100 }, { neuron: 'relu' }, { dense: 10 }, { neuron: 'linear' }],
  loss: { name: 'crossEntropy', reduce: 'mean' },
  learner: {
    name: 'bptt',
    optimizer: {
      name: 'sgd',
      learningRate: 0.1,
      momentum: 0.5,
      lrSchedule: { name: 'perEpoch', factors: [1, 0.5, 0.1] },
    },
  },
  epochs: 3,
  batchSize: 1000,
}
