import { readFile } from 'node:fs/promises'
import { basename } from 'node:path'
import { HillockError } from '@hillock/core'
import { buildEncoder, buildLoss, buildNetwork, buildOptimizer } from './build.ts'
import { parseRecipe, type Recipe } from './recipe.ts'
import { findRecipe } from './recipes/find.ts'
import { setPath } from './set.ts'

/** What the command line says about the recipe. */
export interface Choice {
  readonly recipe?: string | undefined
  readonly config?: string | undefined
  readonly dataset?: string | undefined
  readonly learner?: string | undefined
  readonly epochs?: number | undefined
  readonly limit?: number | undefined
  readonly set?: readonly string[] | undefined
}

/** The recipe to run: one by its name or from a file, with the changes that the command line makes. Errors: HILLOCK_RECIPE, HILLOCK_USAGE. */
export async function chooseRecipe(choice: Choice): Promise<Recipe> {
  if (choice.recipe !== undefined && choice.config !== undefined) {
    const hint = `write { "extends": "${choice.recipe}", ... } in the file`
    throw new HillockError('HILLOCK_USAGE', '--recipe and --config were both given', { hint })
  }
  const start = choice.config === undefined ? findRecipe(choice.recipe ?? 'demo') : await readConfig(choice.config)
  const { dataset, learner } = start
  const changed: Recipe = {
    ...start,
    dataset: {
      ...(choice.dataset === undefined ? dataset : otherDataset(dataset, choice.dataset)),
      ...(choice.limit !== undefined && { limit: choice.limit }),
    },
    learner:
      choice.learner === undefined || choice.learner === learner.name ? learner : otherLearner(learner, choice.learner),
    epochs: choice.epochs ?? start.epochs,
  }
  const sets = choice.set ?? []
  const recipe = sets.reduce((before, one) => setPath(before, one), changed)
  if (sets.length > 0) checkOptions(recipe)
  return recipe
}

/** That what was set is an option of what it was set on. Errors: HILLOCK_USAGE. */
function checkOptions(recipe: Recipe): void {
  try {
    buildNetwork(recipe, 1)
    buildEncoder(recipe)
    buildLoss(recipe)
    if (recipe.learner.optimizer) buildOptimizer(recipe.learner.optimizer)
  } catch (cause) {
    if (!(cause instanceof HillockError) || cause.code !== 'HILLOCK_OPTION') throw cause
    throw new HillockError('HILLOCK_USAGE', `--set: ${cause.message.split('\n')[0]}`, { hint: cause.hint, cause })
  }
}

/** These follow no gradient. */
const withoutOptimizer = ['hebbian', 'stdp']

/** Another learner keeps the optimizer, if it uses one. */
const otherLearner = ({ optimizer }: Recipe['learner'], name: string): Recipe['learner'] =>
  optimizer === undefined || withoutOptimizer.includes(name) ? { name } : { name, optimizer }

/** Another data set keeps what is said about training; sizes of one made on the spot are its own. */
function otherDataset({ train: _, test: __, ...kept }: Recipe['dataset'], name: string): Recipe['dataset'] {
  return { ...kept, name }
}

async function readConfig(path: string): Promise<Recipe> {
  let text: string
  try {
    text = await readFile(path, 'utf8')
  } catch (cause) {
    throw new HillockError('HILLOCK_USAGE', `${path} cannot be read`, { hint: 'look at the path of --config', cause })
  }
  let config: unknown
  try {
    config = JSON.parse(text)
  } catch (cause) {
    const message = `${path} is not JSON: ${(cause as Error).message}`
    throw new HillockError('HILLOCK_RECIPE', message, { hint: 'no comments, no commas at the end of a list', cause })
  }
  return parseRecipe(withBase(config, basename(path).replace(/\.json$/, '')), path)
}

/** A configuration on top of the recipe that it extends; it is named after its file where it has no name. */
export function withBase(config: unknown, name: string): unknown {
  if (!isObject(config) || config.extends === undefined) return config
  const { extends: base, name: own, ...changes } = config
  if (typeof base !== 'string') {
    throw new HillockError('HILLOCK_RECIPE', '"extends" is not a name', { hint: 'write { "extends": "demo", ... }' })
  }
  return { ...(merge(findRecipe(base), changes) as object), name: own ?? name }
}

/** Objects are merged, unless they bear different names (another encoder); anything else is replaced. */
function merge(base: unknown, change: unknown): unknown {
  if (!isObject(base) || !isObject(change)) return change
  const both = [base, change].every(({ name }) => name !== undefined)
  if (both && base.name !== change.name) return change
  const keys = new Set([...Object.keys(base), ...Object.keys(change)])
  return Object.fromEntries(
    [...keys].map((key) => [
      key,
      !Object.hasOwn(change, key) ? base[key] : Object.hasOwn(base, key) ? merge(base[key], change[key]) : change[key],
    ]),
  )
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
