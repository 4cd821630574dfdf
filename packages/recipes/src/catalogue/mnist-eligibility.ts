import type { Recipe } from '../recipe.ts'
import { mnistBptt } from './mnist-bptt.ts'

/** With one hidden layer this is the same gradient as that of `mnist-bptt`, to the bit: e-prop leaves out what only deeper networks have. */
export const mnistEligibility: Recipe = {
  ...mnistBptt,
  name: 'mnist-eligibility',
  description: 'e-prop at its best: traces from the neurons’ own equations, the error down the transposed weights',
  learner: { ...mnistBptt.learner, name: 'eligibility', feedback: 'symmetric', error: 'current' },
}
