import { HillockError } from '@hillock/core'
import { choices } from '@hillock/core/errors'
import type { Recipe } from '../recipe.ts'
import { recipes } from './index.ts'

/** A recipe by its name. Throws HILLOCK_RECIPE if there is none. */
export function findRecipe(name: string): Recipe {
  const found = recipes.find((recipe) => recipe.name === name)
  if (found !== undefined) return found
  if (typeof name !== 'string') {
    throw new HillockError('HILLOCK_RECIPE', 'a recipe is found by its name', { hint: "as in findRecipe('demo')" })
  }
  const names = recipes.map((recipe) => recipe.name)
  throw new HillockError('HILLOCK_RECIPE', `there is no recipe '${name}'`, { hint: choices(name, names) })
}
