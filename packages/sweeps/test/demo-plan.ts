import { findRecipe } from '@hillock/recipes'
import { parseSweep, planSweep, sweptRuns } from '../src/index.ts'

const demo = findRecipe('demo')

/** The demo with a part to validate on. */
export const recipe = { ...demo, dataset: { ...demo.dataset, validation: 0.2 } }

/** Two sizes of its hidden layer. */
export const settings = sweptRuns(recipe, [parseSweep('hidden=8,16')])

/** Both, with two seeds. */
export const plan = planSweep({ recipe, settings, seeds: [0, 1], version: '1.2.3' })
