import type { Recipe } from '../recipe.ts'

/** A bit to be kept for more than a second, by thresholds that sink slowly (Bellec et al. 2018). */
export const storeRecall: Recipe = {
  name: 'store-recall',
  description: 'a bit is stored and recalled later, eligibility traces in a recurrent layer that adapts',
  source: 'hillock, after Bellec et al. 2018',
  dataset: { name: 'store-recall', train: 512, test: 128 },
  steps: 2400,
  encoder: { name: 'spikes' },
  network: [
    { dense: 100, weight: { normal: 0.15 } },
    {
      neuron: 'adaptiveLif',
      beta: 0.951,
      rho: 0.99917,
      strength: 0.05,
      surrogate: { name: 'triangular', height: 0.3 },
      recurrent: {},
    },
    { dense: 2 },
    { neuron: 'leakyIntegrator', beta: 0.951 },
  ],
  loss: { name: 'meanSquaredError', on: 'v' },
  learner: {
    name: 'eligibility',
    feedback: 'symmetric',
    error: 'current',
    regularize: { low: 0.005, high: 0.02, strength: 1 },
    optimizer: { name: 'adam', learningRate: 2e-2, lrSchedule: { name: 'cosine' } },
  },
  epochs: 10,
  batchSize: 8,
}
