import type { Recipe } from '../recipe.ts'
import { eligibility } from './eligibility.ts'
import { synapticLayers } from './synaptic-layers.ts'

export const eligibilityDeep: Recipe = {
  ...eligibility,
  name: 'eligibility-deep',
  description: 'exponential eligibility traces in two hidden layers, both reached by the error of the output',
  network: synapticLayers(
    [
      [64, 3],
      [32, 2],
      [10, 0.09],
    ],
    25,
  ),
  learner: { ...eligibility.learner, optimizer: { name: 'adam', learningRate: 5e-4 } },
  epochs: 15,
}
