import type { Recipe } from '../recipe.ts'
import { mnistBptt } from './mnist-bptt.ts'

export const mnistEligibility: Recipe = {
  ...mnistBptt,
  name: 'mnist-eligibility',
  description: 'e-prop at its best: traces from the neurons’ own equations, the error down the transposed weights',
  learner: { ...mnistBptt.learner, name: 'eligibility', feedback: 'symmetric', error: 'current' },
}
