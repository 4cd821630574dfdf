import type { Recipe } from '../recipe.ts'
import { mnistConvBptt } from './mnist-conv-bptt.ts'

export const mnistConvEligibility: Recipe = {
  ...mnistConvBptt,
  name: 'mnist-conv-eligibility',
  description: 'eligibility traces in two layers of convolutions, 16C5-P2-48C5-P2-10, a leaky readout',
  learner: { ...mnistConvBptt.learner, name: 'eligibility' },
  epochs: 10,
}
