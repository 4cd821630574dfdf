import type { Recipe } from '../recipe.ts'

const lif = { neuron: 'lif', beta: 0.9, threshold: 1, surrogate: { name: 'boxcar', width: 1 } }

/** Convolutions, averaged in pairs; what a neuron gives out reaches its own place of the next layer's image. */
export const mnistConvBptt: Recipe = {
  name: 'mnist-conv-bptt',
  description: 'backpropagation through time in two layers of convolutions, 12C5-P2-32C5-P2-10, a leaky readout',
  source: 'hillock',
  dataset: { name: 'mnist', validation: 1 / 6, shift: 1, shape: [28, 28, 1] },
  steps: 10,
  encoder: { name: 'constant' },
  network: [
    { conv2d: 12, kernel: 5 },
    { avgPool: 2 },
    lif,
    { conv2d: 32, kernel: 5 },
    { avgPool: 2 },
    lif,
    { dense: 10 },
    { neuron: 'leakyIntegrator', beta: 0.9 },
  ],
  loss: { name: 'crossEntropy', reduce: 'mean' },
  learner: { name: 'bptt', optimizer: { name: 'adam', rate: 2e-3, schedule: { name: 'cosine', warmup: 100 } } },
  epochs: 12,
  batchSize: 64,
}
