import type { Recipe } from '../recipe.ts'
import { mnistConvBptt } from './mnist-conv-bptt.ts'

export const mnistConvDecolle: Recipe = {
  ...mnistConvBptt,
  name: 'mnist-conv-decolle',
  description: 'a random readout for each of two layers of convolutions, 16C5-P2-48C5-P2-10, a leaky readout',
  learner: { ...mnistConvBptt.learner, name: 'decolle' },
  epochs: 10,
}
