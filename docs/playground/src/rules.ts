import type { Learner } from '@hillock/core'
import { bptt } from '@hillock/learner-bptt'
import { decolle } from '@hillock/learner-decolle'
import { eligibility } from '@hillock/learner-eligibility'
import { randomBp } from '@hillock/learner-random-bp'
import { findRecipe, learnerOptions, type Recipe, setPath } from '@hillock/recipes'
import type { LearnerName, Training } from './settings.ts'

const rules: Readonly<Record<LearnerName, (options: object) => Learner>> = {
  bptt,
  'random-bp': randomBp,
  eligibility,
  decolle,
}

/** A learner with the options of a recipe. */
export const ruleOf = (name: LearnerName, recipe: Recipe): Learner => rules[name](learnerOptions(recipe.learner))

/** The recipe as `hillock train` makes it of the same words. */
export function recipeOf({ recipe: name, learner, epochs, changes }: Training): Recipe {
  const found = findRecipe(name)
  const chosen: Recipe = { ...found, learner: { ...found.learner, name: learner }, epochs }
  return changes.reduce((recipe, change) => setPath(recipe, change), chosen)
}
