export { buildEncoder, buildLoss, buildOptimizer, learnerOptions, type OwnParts } from './build.ts'
export { buildNetwork, expectedInputs, layerNames, recipeParts } from './build-network.ts'
export { findRecipe } from './catalogue/find.ts'
export { recipes } from './catalogue/index.ts'
export { connectionText } from './connections.ts'
export { adapt, madeDatasets, makeDataset, prepareDataset, type RecipeData } from './data.ts'
export {
  buildModel,
  type LoadedNetwork,
  type LoadOptions,
  loadNetwork,
  type PackedModel,
  type SavedModel,
  sessionOf,
  unpackModel,
  writeModel,
} from './model.ts'
export { encoders, type Factory, neurons } from './names.ts'
export { withNewNames } from './new-names.ts'
export { normalisedError } from './normalised-error.ts'
export { networkParts } from './of-network.ts'
export {
  exportOf,
  isForeign,
  isPluginName,
  type PackageKind,
  type PluginKind,
  packagesOf,
  pluginKinds,
} from './plugin-names.ts'
export {
  type BackendSpec,
  type DatasetSpec,
  isNeuron,
  type LearnerSpec,
  type NeuronSpec,
  type Part,
  parseRecipe,
  type Recipe,
  recipeSchema,
} from './recipe.ts'
export { framesOf, recordedDatasets } from './recordings.ts'
export { type Run, type RunEvent, type RunEvents, type RunOptions, runRecipe } from './run.ts'
export { pointOf, type RunFacts, readRun, reportsOf, type SavedRun, writeRun } from './saved-run.ts'
export { parseValue, setPath } from './set.ts'
export { withNeurons } from './variants.ts'
