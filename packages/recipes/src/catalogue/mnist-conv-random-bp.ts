import type { Recipe } from '../recipe.ts'
import { mnistConvBptt } from './mnist-conv-bptt.ts'

export const mnistConvRandomBp: Recipe = {
  ...mnistConvBptt,
  name: 'mnist-conv-random-bp',
  description: 'errors by fixed random weights in two layers of convolutions, 16C5-P2-48C5-P2-10, a leaky readout',
  learner: { ...mnistConvBptt.learner, name: 'random-bp' },
  epochs: 10,
}
