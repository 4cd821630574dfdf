import { HillockError, suggestion } from '@hillock/core'
import type { Recipe } from '../recipe.ts'
import { recipes } from './index.ts'

/** A recipe by its name. Errors: HILLOCK_RECIPE. */
export function findRecipe(name: string): Recipe {
  const found = recipes.find((recipe) => recipe.name === name)
  if (found !== undefined) return found
  const names = recipes.map((recipe) => recipe.name)
  const hint = `${suggestion(name, names) ?? ''} there are ${names.join(', ')}`.trim()
  throw new HillockError('HILLOCK_RECIPE', `there is no recipe '${name}'`, { hint })
}
