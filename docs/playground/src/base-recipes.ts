import { findRecipe, type Recipe } from '@hillock/recipes'
import type { Training } from './training.ts'

/** What the page trains is made of these. The build writes them out in place of this file: the page then has none of the others. */
export const baseRecipes: Readonly<Record<Training['recipe'], Recipe>> = {
  demo: findRecipe('demo'),
  'yin-yang': findRecipe('yin-yang'),
  'n-mnist': findRecipe('n-mnist'),
}
