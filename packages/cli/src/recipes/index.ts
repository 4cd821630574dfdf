import type { Recipe } from '../recipe.ts'
import { demo } from './demo.ts'
import { feedforward } from './feedforward.ts'
import { gradedSpikes } from './graded-spikes.ts'
import { kerasLif } from './keras-lif.ts'
import { lifTutorial } from './lif-tutorial.ts'

/** Every recipe that comes with hillock. */
export const recipes: readonly Recipe[] = [demo, feedforward, gradedSpikes, kerasLif, lifTutorial]
