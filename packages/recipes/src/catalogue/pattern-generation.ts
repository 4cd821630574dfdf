import type { Recipe } from '../recipe.ts'

/** Curves from a clock, in a recurrent layer (Bellec et al. 2020, figure 3). */
export const patternGeneration: Recipe = {
  name: 'pattern-generation',
  description: 'three curves from a clock, eligibility traces in a recurrent layer, a leaky readout',
  source: 'hillock, after Bellec et al. 2020',
  dataset: { name: 'pattern-generation', train: 50 },
  steps: 1000,
  encoder: { name: 'spikes' },
  network: [
    { dense: 600 },
    {
      neuron: 'lif',
      beta: 0.951,
      surrogate: { name: 'triangular', height: 0.3 },
      recurrent: {},
    },
    { dense: 3 },
    { neuron: 'leakyIntegrator', beta: 0.951 },
  ],
  loss: { name: 'meanSquaredError', on: 'v' },
  learner: {
    name: 'eligibility',
    feedback: 'symmetric',
    regularize: { low: 0.01, high: 0.02, strength: 1 },
    optimizer: { name: 'adam', learningRate: 3e-3, lrSchedule: { name: 'cosine' } },
  },
  epochs: 20,
  batchSize: 1,
}
