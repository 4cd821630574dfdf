import type { Recipe } from '../recipe.ts'

const graded = { neuron: 'gradedSpike', decay: 0.9, threshold: 1, penalty: 1.5 }

/** Neurons whose spikes carry a value; the logits are the mean over time of the delayed membrane. */
export const gradedSpikes: Recipe = {
  name: 'graded-spikes',
  description: 'graded spikes with an axonal delay, flickering input from -0.5 to 0.5, a rate that falls by the epoch',
  source: 'seed 001, "Spiking Neural Network (SNN) with PyTorch", G. Chevalier 2019',
  dataset: { name: 'mnist' },
  steps: 128,
  encoder: { name: 'noise', offset: -0.5 },
  network: [{ dense: 100, weight: 'xavierUniform' }, graded, { dense: 10, weight: 'xavierUniform' }, graded],
  loss: { name: 'negativeLogLikelihood', on: 'delayed' },
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
