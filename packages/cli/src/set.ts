import { HillockError, suggestion } from '@hillock/core'
import { parseRecipe, type Recipe, recipeSchema } from './recipe.ts'

/**
 * A recipe with one value changed: `learner.optimizer.rate=0.01`, `network.0.dense=64`; the value is JSON, or else text. Every step of
 * the path must be there, but the last may be an option that the recipe leaves out. Errors: HILLOCK_USAGE.
 */
export function setPath(recipe: Recipe, assignment: string): Recipe {
  const at = assignment.indexOf('=')
  const path = assignment.slice(0, at).split('.')
  if (at < 1 || path.includes('') || path.includes('__proto__')) {
    throw new HillockError('HILLOCK_USAGE', `--set ${assignment} is not path.to.option=value`, {
      hint: 'as in --set learner.optimizer.rate=0.01',
    })
  }
  const changed: Record<string, unknown> = structuredClone(recipe)
  let holder = changed
  for (const [depth, key] of path.slice(0, -1).entries()) {
    const next = Object.hasOwn(holder, key) ? holder[key] : undefined
    if (typeof next !== 'object' || next === null) throw unknown(path.slice(0, depth + 1), holder)
    holder = next as Record<string, unknown>
  }
  const last = path.at(-1)!
  const list = Array.isArray(holder)
  if ((list || holder === changed) && !Object.hasOwn(list ? holder : recipeSchema.shape, last))
    throw unknown(path, holder)
  holder[last] = parseValue(assignment.slice(at + 1))
  try {
    return parseRecipe(changed)
  } catch (cause) {
    const { message } = cause as HillockError
    throw new HillockError('HILLOCK_USAGE', `--set ${assignment}: ${message.split('\n')[0]}`, {
      hint: (cause as HillockError).hint,
      cause,
    })
  }
}

function unknown(path: readonly string[], holder: object): HillockError {
  const names = Object.keys(holder)
  const hint = suggestion(path.at(-1)!, names) ?? `there ${names.length === 1 ? 'is' : 'are'} ${names.join(', ')}`
  return new HillockError('HILLOCK_USAGE', `--set: the recipe has no '${path.join('.')}'`, { hint })
}

function parseValue(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}
