import type { Recipe } from '../recipe.ts'
import { mnistHebbian } from './mnist-hebbian.ts'

/** Edges that a convolution learns without labels stand in for pixels: above them it is `mnist-hebbian`. */
export const mnistConvHebbian: Recipe = {
  ...mnistHebbian,
  name: 'mnist-conv-hebbian',
  description: 'a convolution learnt without labels, 8C3, below competition within classes, instar and outstar',
  source: 'hillock',
  dataset: { name: 'mnist', shape: [28, 28, 1] },
  steps: 10,
  encoder: { name: 'poisson', probability: 0.5 },
  network: [
    { conv2d: 8, kernel: 3, stride: 2, weight: { uniform: [0, 0.05] }, bias: false },
    { neuron: 'lif', beta: 1, threshold: 1.7 },
    { dense: 2000, weight: { uniform: [0, 0.05] }, bias: false },
    { neuron: 'kWinners', beta: 1, threshold: 12, resetAmount: 0, inhibition: 1, k: 3 },
    { dense: 10, weight: { constant: -2 }, bias: false },
    { neuron: 'linear' },
  ],
  learner: {
    name: 'hebbian',
    layers: [
      { rule: 'instar', learningRate: 0.1, finalLearningRate: 0.001, recruit: true },
      {
        rule: 'instar',
        learningRate: 0.3,
        finalLearningRate: 0.005,
        recruit: true,
        classPartition: true,
        threshold: 40,
        k: 1,
      },
      { rule: 'outstar' },
    ],
  },
  epochs: 1,
}
