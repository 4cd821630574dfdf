import type { Recipe } from '../recipe.ts'
import { mnistBptt } from './mnist-bptt.ts'

export const mnistDecolle: Recipe = {
  ...mnistBptt,
  name: 'mnist-decolle',
  description: 'local learning: 1024 neurons learn from their own random readout',
  learner: { ...mnistBptt.learner, name: 'decolle' },
}
