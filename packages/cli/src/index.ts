export { type LoadedNetwork, loadNetwork } from './model.ts'
export { parseRecipe, type Recipe, recipeSchema } from './recipe.ts'
export { findRecipe } from './recipes/find.ts'
export { recipes } from './recipes/index.ts'
