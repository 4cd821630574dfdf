import type { Recipe } from '../recipe.ts'

/** The next point of a chaotic series, in a recurrent layer. */
export const mackeyGlass: Recipe = {
  name: 'mackey-glass',
  description: 'the next point of a chaotic series, backpropagation through time in a recurrent layer that adapts',
  source: 'the series: Mackey and Glass 1977; the task: NeuroBench (Yik et al. 2025)',
  dataset: { name: 'mackey-glass' },
  steps: 120,
  encoder: { name: 'constant', rows: true },
  network: [
    { dense: 128, weight: { uniform: 1 }, bias: { uniform: 1 } },
    { neuron: 'adaptiveLif', beta: 0.8, rho: 0.95, strength: 0.1, recurrent: {} },
    { dense: 1 },
    { neuron: 'leakyIntegrator', beta: 0.5 },
  ],
  loss: { name: 'meanSquaredError', on: 'v' },
  learner: { name: 'bptt', optimizer: { name: 'adam', learningRate: 5e-3, lrSchedule: { name: 'cosine' } } },
  epochs: 300,
  batchSize: 8,
}
