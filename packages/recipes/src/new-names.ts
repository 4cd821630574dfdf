import { renamed } from '@hillock/core/options'

const ofOptimizers = { rate: 'learningRate', schedule: 'lrSchedule' }
/** Of optimizers, of learning rules by layer, and of `kWinners`. */
const newNames: Readonly<Record<string, string>> = {
  ...ofOptimizers,
  finalRate: 'finalLearningRate',
  anti: 'antiHebbianRate',
  byClass: 'classPartition',
  drop: 'resetAmount',
}

/** What an object calls a key of a path: its new name, where it has that and not the old one. */
export function keyIn(holder: object, key: string): string {
  const name = Object.hasOwn(newNames, key) && !Object.hasOwn(holder, key) ? newNames[key]! : key
  return Object.hasOwn(holder, name) ? name : key
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null

/**
 * A recipe, or changes of one, with what hillock 0.1 called otherwise under the names of today. Throws HILLOCK_OPTION if something is
 * given by both names; `where` says in what.
 */
export function withNewNames(recipe: unknown, where: string): unknown {
  if (!isObject(recipe) || !isObject(recipe.learner)) return recipe
  const { optimizer } = recipe.learner
  if (!isObject(optimizer)) return recipe
  const current = renamed(`${where}: 'learner.optimizer'`, optimizer, ofOptimizers)
  return { ...recipe, learner: { ...recipe.learner, optimizer: current } }
}
