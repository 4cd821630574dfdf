import type { Recipe } from '../recipe.ts'

const lif = { neuron: 'lif', beta: 0.9, threshold: 1, surrogate: { name: 'triangular' } }

/** Convolutions, of whose currents the strongest of four drives a neuron. */
export const mnistConvBptt: Recipe = {
  name: 'mnist-conv-bptt',
  description: 'backpropagation through time in two layers of convolutions, 16C5-P2-48C5-P2-10, a leaky readout',
  source: 'hillock',
  dataset: { name: 'mnist', validation: 1 / 6, shift: 2, shape: [28, 28, 1] },
  steps: 6,
  encoder: { name: 'constant' },
  network: [
    { conv2d: 16, kernel: 5 },
    { maxPool: 2 },
    lif,
    { conv2d: 48, kernel: 5 },
    { maxPool: 2 },
    lif,
    { dropout: 0.3 },
    { dense: 10 },
    { neuron: 'leakyIntegrator', beta: 0.9 },
  ],
  loss: { name: 'crossEntropy', reduce: 'mean' },
  learner: {
    name: 'bptt',
    optimizer: { name: 'adam', learningRate: 2e-3, lrSchedule: { name: 'cosine', warmup: 100 } },
  },
  epochs: 20,
  batchSize: 64,
}
