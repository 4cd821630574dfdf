import type { Recipe } from '../recipe.ts'

/** Membranes with a time constant of 20 ms in steps of 5 ms; whoever is among the k most excited fires, however little. */
const competing = { neuron: 'kWinners', beta: Math.exp(-5 / 20), threshold: 0, resetAmount: 1 }
const small = { weight: { normal: 0.01 }, bias: false }
const upkeep = { decay: 5e-5, normalize: true, clip: 1 }

/**
 * Stays near 0.4: its 32 winners get the same pull and become copies of each other, and its output weights nearly parallel. The notebook
 * shows 20 times 6400 images, each time others of its 50,000: 128,000 in all, which two epochs of 60,000 come nearest to.
 */
export const hebbianKwta: Recipe = {
  name: 'hebbian-kwta',
  description: 'competition among 256 neurons, of which 32 fire, Oja’s rule, and a teacher’s spikes for the output',
  source: 'seed 000, a two-layer Hebbian network in numpy',
  dataset: { name: 'mnist' },
  steps: 20,
  encoder: { name: 'poisson', maxRate: 30, dt: 5e-3 },
  network: [
    { dense: 256, ...small },
    { ...competing, k: 32 },
    { dense: 10, ...small },
    { ...competing, k: 1 },
  ],
  loss: { name: 'crossEntropy' },
  learner: {
    name: 'hebbian',
    teacher: 0.4,
    layers: [
      { rule: 'oja', learningRate: 0.01, ...upkeep },
      { rule: 'supervised', learningRate: 0.02, antiHebbianRate: 0.01, ...upkeep },
    ],
  },
  epochs: 2,
  batchSize: 64,
}
