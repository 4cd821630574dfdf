import { HillockError } from '@hillock/core'
import { choices } from '@hillock/core/errors'
import { keyIn } from './new-names.ts'
import { parseRecipe, type Recipe, recipeSchema } from './recipe.ts'

/**
 * A recipe with one value changed: `learner.optimizer.learningRate=0.01`, `network.0.dense=64`; the value is JSON, or else text. A path may have
 * the names of hillock 0.1. Every step of the path must be there, but the last may be an option that the recipe leaves out. Throws HILLOCK_USAGE if
 * the path is not there; the message names what was `given`.
 */
export function setPath(recipe: Recipe, assignment: string, given = `--set ${assignment}`): Recipe {
  const at = assignment.indexOf('=')
  const path = assignment.slice(0, at).split('.')
  if (at < 1 || path.includes('') || path.includes('__proto__')) {
    throw new HillockError('HILLOCK_USAGE', `${given} is not path.to.option=value`, {
      hint: 'as in --set learner.optimizer.learningRate=0.01',
    })
  }
  const changed: Record<string, unknown> = structuredClone(recipe)
  const unknown = (depth: number, holder: object): HillockError => {
    const found = `${given}: the recipe has no '${path.slice(0, depth + 1).join('.')}'`
    const known = holder === changed ? Object.keys(recipeSchema.shape) : Object.keys(holder)
    return new HillockError('HILLOCK_USAGE', found, { hint: choices(path[depth]!, known) })
  }
  let holder = changed
  for (const [depth, name] of path.slice(0, -1).entries()) {
    const key = keyIn(holder, name)
    const next = Object.hasOwn(holder, key) ? holder[key] : undefined
    if (next === undefined) throw unknown(depth, holder)
    if (typeof next !== 'object' || next === null) throw unknown(depth + 1, {})
    holder = next as Record<string, unknown>
  }
  const last = keyIn(holder, path.at(-1)!)
  const list = Array.isArray(holder)
  if ((list || holder === changed) && !Object.hasOwn(list ? holder : recipeSchema.shape, last))
    throw unknown(path.length - 1, holder)
  holder[last] = parseValue(assignment.slice(at + 1))
  try {
    return parseRecipe(changed)
  } catch (cause) {
    const { message, hint } = cause as HillockError
    throw new HillockError('HILLOCK_USAGE', `${given}: ${message.split('\n')[0]}`, { hint, cause })
  }
}

/** JSON, or else text. */
export function parseValue(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}
