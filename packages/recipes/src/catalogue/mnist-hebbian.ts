import type { Recipe } from '../recipe.ts'

/**
 * In training one neuron fires at a time, of those that the teacher lets take part, when it is well excited; afterwards all take part,
 * and of those moderately excited the three most. Whoever fires resets them all.
 */
export const mnistHebbian: Recipe = {
  name: 'mnist-hebbian',
  description: 'the best without any error: competition within classes, recruitment, instar and outstar',
  source: 'competitive learning after Grossberg 1976, with spikes as in Diehl and Cook 2015',
  dataset: { name: 'mnist' },
  steps: 20,
  encoder: { name: 'poisson', probability: 0.45 },
  network: [
    { dense: 2000, weight: { uniform: [0, 0.05] }, bias: false },
    { neuron: 'kWinners', beta: 1, threshold: 8, resetAmount: 0, inhibition: 1, k: 3 },
    { dense: 10, weight: { constant: -2 }, bias: false },
    { neuron: 'linear' },
  ],
  loss: { name: 'crossEntropy' },
  learner: {
    name: 'hebbian',
    layers: [
      {
        rule: 'instar',
        learningRate: 0.3,
        finalLearningRate: 0.005,
        recruit: true,
        classPartition: true,
        threshold: 30,
        k: 1,
      },
      { rule: 'outstar' },
    ],
  },
  epochs: 2,
  batchSize: 100,
}
