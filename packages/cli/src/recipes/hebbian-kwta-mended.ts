import type { Recipe } from '../recipe.ts'

/**
 * What `hebbian-kwta` lacks, step by step: one winner in place of 32, and neurons that never fired are recruited; five times the input;
 * a slower Oja, and a readout that estimates how likely each class is when a neuron fires, three of them at a time.
 */
export const hebbianKwtaMended: Recipe = {
  name: 'hebbian-kwta-mended',
  description: 'hebbian-kwta with one winner at a time, recruitment, stronger input and a readout by probabilities',
  source: 'seed 000, mended',
  dataset: { name: 'mnist', order: 'random', limit: 6400 },
  steps: 20,
  encoder: { name: 'poisson', maxRate: 150, dt: 5e-3 },
  network: [
    { dense: 256, weight: { normal: 0.01 }, bias: false },
    { neuron: 'kWinners', beta: Math.exp(-5 / 20), threshold: 0, drop: 1, k: 3 },
    { dense: 10, weight: { constant: -2 }, bias: false },
    { neuron: 'linear' },
  ],
  loss: { name: 'crossEntropy' },
  learner: {
    name: 'hebbian',
    layers: [
      { rule: 'oja', rate: 0.002, decay: 5e-5, normalize: true, clip: 1, recruit: true, k: 1 },
      { rule: 'outstar' },
    ],
  },
  epochs: 3,
  batchSize: 64,
}
