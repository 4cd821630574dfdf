export { type PairMean, type Selection, type StdpCurve, type StdpShape, stdpCurve } from '@hillock/analysis'
export type { Factory } from '@hillock/recipes'
export {
  findRecipe,
  type LearnerSpec,
  type LoadedNetwork,
  type LoadOptions,
  learnerOptions,
  loadNetwork,
  type OwnParts,
  parseRecipe,
  type Recipe,
  recipeParts,
  recipeSchema,
  recipes,
} from '@hillock/recipes'
export { isEmulated } from './plugins/emulated.ts'
