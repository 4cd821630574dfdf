import type { Recipe } from '../recipe.ts'
import { demo } from './demo.ts'
import { feedforward } from './feedforward.ts'
import { gradedSpikes } from './graded-spikes.ts'
import { hebbianKwta } from './hebbian-kwta.ts'
import { hebbianKwtaMended } from './hebbian-kwta-mended.ts'
import { kerasLif } from './keras-lif.ts'
import { lifTutorial } from './lif-tutorial.ts'
import { mnistHebbian } from './mnist-hebbian.ts'

/** Every recipe that comes with hillock. */
export const recipes: readonly Recipe[] = [
  demo,
  feedforward,
  gradedSpikes,
  hebbianKwta,
  hebbianKwtaMended,
  kerasLif,
  lifTutorial,
  mnistHebbian,
]
