import type { Recipe } from '../recipe.ts'

const lif = {
  neuron: 'lif',
  beta: 0.95,
  threshold: 1,
  reset: 'zero',
  detach: false,
  surrogate: { name: 'fastSigmoid', slope: 10 },
}

/** Keras layers of LIF neurons: tau 20 steps, reset to zero within the step, the gradient flowing through the reset. */
export const kerasLif: Recipe = {
  name: 'keras-lif',
  description: 'a LIF network as written in Keras, on the first 1000 examples, the last fifth of them for validation',
  source: 'seed 002, a two-layer LIF network in Keras',
  dataset: { name: 'mnist', limit: 1000, validation: 0.2 },
  steps: 20,
  encoder: { name: 'poisson', probability: 0.8 },
  network: [
    { dense: 128, weight: 'glorotUniform', bias: 'zeros' },
    lif,
    { dense: 10, weight: 'glorotUniform', bias: 'zeros' },
    lif,
  ],
  loss: { name: 'crossEntropy' },
  learner: { name: 'bptt', optimizer: { name: 'adam', learningRate: 1e-3, epsilon: 1e-7, epsilonHat: true } },
  epochs: 10,
  batchSize: 32,
}
