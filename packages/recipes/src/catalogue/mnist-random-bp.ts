import type { Recipe } from '../recipe.ts'
import { mnistBptt } from './mnist-bptt.ts'

export const mnistRandomBp: Recipe = {
  ...mnistBptt,
  name: 'mnist-random-bp',
  description: 'direct feedback alignment at its best: the error reaches 1024 neurons by fixed random weights',
  learner: { ...mnistBptt.learner, name: 'random-bp' },
}
