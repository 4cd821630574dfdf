import type { Recipe } from '../recipe.ts'

const leaky = { neuron: 'leaky', beta: 0.9, threshold: 1, surrogate: { name: 'fastSigmoid', slope: 25 } }

/** snnTorch's Leaky neurons: the reset subtracts, comes one step late and is a constant to the gradient. */
export const lifTutorial: Recipe = {
  name: 'lif-tutorial',
  description:
    'the usual first network of leaky neurons: Poisson spikes at up to 100 Hz, cross-entropy on spike counts',
  source: 'seed 003, a tutorial with snnTorch',
  dataset: { name: 'mnist', order: 'random', limit: 10_000 },
  steps: 50,
  encoder: { name: 'poisson', maxRate: 100, dt: 1e-3 },
  network: [{ dense: 128, weight: 'torchLinear' }, leaky, { dense: 10, weight: 'torchLinear' }, leaky],
  loss: { name: 'crossEntropy' },
  learner: { name: 'bptt', optimizer: { name: 'adam', learningRate: 1e-3, decay: 1e-5 } },
  epochs: 15,
  batchSize: 64,
  dropLast: true,
}
