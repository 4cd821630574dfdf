import type { Recipe } from '../recipe.ts'

const lif = { neuron: 'lif', beta: 0.9, threshold: 1, surrogate: { name: 'fastSigmoid', slope: 5 } }
const readout = { neuron: 'leakyIntegrator', beta: 0.95 }

/** Generated digits before a moving camera. */
export const nGlyphs: Recipe = {
  name: 'n-glyphs',
  description: 'generated digits before a moving camera, as N-MNIST: backpropagation through time in 200 neurons',
  source: 'hillock',
  dataset: { name: 'n-glyphs', train: 6000, test: 200, frames: { pool: 2, drop: 0.2 } },
  steps: 30,
  encoder: { name: 'spikes' },
  network: [{ dense: 200 }, lif, { dense: 10 }, readout],
  loss: { name: 'crossEntropy', reduce: 'mean' },
  learner: {
    name: 'bptt',
    optimizer: { name: 'adam', learningRate: 2e-3, lrSchedule: { name: 'cosine', warmup: 20 } },
  },
  epochs: 5,
  batchSize: 32,
}

/** Where digits move to before a camera at rest. */
export const movingGlyphs: Recipe = {
  ...nGlyphs,
  name: 'moving-glyphs',
  description: 'in which of eight directions a generated digit moves before an event camera',
  dataset: { name: 'moving-glyphs', train: 1000, test: 200, frames: { pool: 2 } },
  steps: 20,
  network: [{ dense: 100 }, lif, { dense: 8 }, readout],
  epochs: 15,
}
