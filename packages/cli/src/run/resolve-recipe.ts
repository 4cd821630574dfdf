import { basename } from 'node:path'
import { HillockError } from '@hillock/core'
import { findRecipe, type LearnerSpec, parseRecipe, type Recipe, setPath, withNewNames } from '@hillock/recipes'
import { readNamed } from '../output/files.ts'
import { checkDataset } from './data.ts'
import { buildLearner, loadParts } from './parts.ts'

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

/**
 * The recipe to run: one by its name or from a file, with the changes that the command line makes, all of whose parts are there and take
 * what they are given. Throws HILLOCK_RECIPE, HILLOCK_PLUGIN and what its parts throw. Throws HILLOCK_USAGE if a value that was set is wrong; the
 * message calls it `given`.
 */
export async function chooseRecipe(choice: Choice, given?: string): Promise<Recipe> {
  if (choice.recipe !== undefined && choice.config !== undefined) {
    const hint = `write { "extends": "${choice.recipe}", ... } in the file`
    throw new HillockError('HILLOCK_USAGE', '--recipe and --config cannot be used together', { hint })
  }
  const start = choice.config === undefined ? findRecipe(choice.recipe ?? 'demo') : await readConfig(choice.config)
  const { dataset, learner } = start
  const changed: Recipe = {
    ...start,
    dataset: {
      ...(choice.dataset === undefined ? dataset : otherDataset(dataset, choice.dataset)),
      ...(choice.limit !== undefined && { limit: choice.limit }),
    },
    learner: await otherLearner(learner, choice.learner),
    epochs: choice.epochs ?? start.epochs,
  }
  const sets = choice.set ?? []
  const recipe = sets.reduce((before, one) => setPath(before, one), changed)
  const fault = await faultOf(recipe)
  if (fault === undefined) return recipe
  // what was set is to blame where the recipe is right without it
  const mistaken = fault instanceof HillockError && ofOptions.includes(fault.code)
  if (sets.length === 0 || !mistaken || (await faultOf(changed))?.message === fault.message) throw fault
  const found = `${given ?? sets.map((one) => `--set ${one}`).join(' ')}: ${fault.message.split('\n')[0]}`
  throw new HillockError('HILLOCK_USAGE', found, { hint: fault.hint, cause: fault })
}

const ofOptions: readonly string[] = ['HILLOCK_OPTION', 'HILLOCK_SHAPE', 'HILLOCK_RANGE']

/** What is wrong with a recipe, if anything is. */
async function faultOf(recipe: Recipe): Promise<Error | undefined> {
  try {
    checkDataset(recipe.dataset.name)
    await loadParts(recipe)
    return undefined
  } catch (error) {
    return error as Error
  }
}

/** Another learner keeps the optimizer, unless it does without one. */
async function otherLearner(learner: LearnerSpec, name = learner.name): Promise<LearnerSpec> {
  if (name === learner.name) return learner
  const kept = { name, ...(learner.optimizer && { optimizer: learner.optimizer }) }
  const wrongIn = (spec: LearnerSpec) =>
    buildLearner(spec).then(
      () => undefined,
      (error: Error) => error.message,
    )
  const wrong = await wrongIn(kept)
  return wrong === undefined || wrong === (await wrongIn({ name })) ? kept : { name }
}

/** Another data set keeps what is said about training; sizes of generated sets and frames of recordings are its own. */
function otherDataset(
  { train: _, test: __, frames: ___, ...kept }: Recipe['dataset'],
  name: string,
): Recipe['dataset'] {
  return { ...kept, name }
}

async function readConfig(path: string): Promise<Recipe> {
  const text = new TextDecoder().decode(await readNamed(path, 'check the path of --config'))
  let config: unknown
  try {
    // some editors begin a file with a byte-order mark
    config = JSON.parse(text.replace(/^\uFEFF/, ''))
  } catch (cause) {
    const message = `${path} is not JSON: ${(cause as Error).message}`
    throw new HillockError('HILLOCK_RECIPE', message, {
      hint: 'JSON has no comments, and no comma at the end of a list',
      cause,
    })
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
  return { ...(merge(findRecipe(base), withNewNames(changes, name)) as object), name: own ?? name }
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
