import { renamed } from '@hillock/core/options'

const ofOptimizers = { rate: 'learningRate', schedule: 'lrSchedule' }

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
