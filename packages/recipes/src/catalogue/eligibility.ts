import type { Recipe } from '../recipe.ts'
import { synapticLayers } from './synaptic-layers.ts'

/** As the notebook means it: one reset, and the surrogate of the membrane before it. */
export const eligibility: Recipe = {
  name: 'eligibility',
  description: 'exponential eligibility traces, read at the end against an error that fixed random weights carry',
  source: 'seed 004, random backpropagation with eligibility traces',
  dataset: { name: 'mnist' },
  steps: 20,
  encoder: { name: 'constant' },
  network: synapticLayers(
    [
      [256, 5],
      [10, 0.3],
    ],
    25,
  ),
  loss: { name: 'meanSquaredError' },
  learner: {
    name: 'eligibility',
    trace: 'exponential',
    deviation: 0.1,
    optimizer: { name: 'adam', learningRate: 0.005 },
  },
  epochs: 2,
  batchSize: 64,
}
