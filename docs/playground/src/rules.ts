import type { Learner } from '@hillock/core/learner'
import { learnerOptions, type Recipe, setPath } from '@hillock/recipes'
import { baseRecipes } from './base-recipes.ts'
import type { LearnerName } from './settings.ts'
import type { Training } from './training.ts'

/** Loaded when they are asked for. */
const rules: Readonly<Record<LearnerName, () => Promise<(options: object) => Learner>>> = {
  bptt: async () => (await import('@hillock/learner-bptt')).bptt,
  'random-bp': async () => (await import('@hillock/learner-random-bp')).randomBp,
  eligibility: async () => (await import('@hillock/learner-eligibility')).eligibility,
  decolle: async () => (await import('@hillock/learner-decolle')).decolle,
}

/** A learner with the options of a recipe. */
export async function ruleOf(name: LearnerName, recipe: Recipe): Promise<Learner> {
  const make = await rules[name]()
  return make(learnerOptions(recipe.learner))
}

/** The recipe as `hillock train` makes it of the same words. */
export function recipeOf({ recipe: name, learner, epochs, changes }: Training): Recipe {
  const found = baseRecipes[name]
  const chosen: Recipe = { ...found, learner: { ...found.learner, name: learner }, epochs }
  return changes.reduce((recipe, change) => setPath(recipe, change), chosen)
}
