import { createHash } from 'node:crypto'
import { HillockError } from '@hillock/core'
import { parseRecipe, type Recipe, setPath } from '@hillock/recipes'
import { nameOf, type SweptRun } from './assignments.ts'
import type { Range } from './random-search.ts'

/** A search that learns from the runs that are done: each new setting follows from those before and the seed. */
export interface Search {
  /** The search. */
  readonly name: 'tpe'
  /** A hash of all but `tried`. */
  readonly id: string
  /** What the settings change. */
  readonly recipe: Recipe
  /** What is varied, and between which ends. */
  readonly ranges: readonly Range[]
  /** How many settings are tried in all. */
  readonly trials: number
  /** Each setting is trained with all of them; the first one determines the proposals. */
  readonly seeds: readonly number[]
  /** The backend that all runs use. Default: that of the recipe. */
  readonly backend?: string | undefined
  /** The settings so far, in order. */
  readonly tried: readonly Readonly<Record<string, unknown>>[]
}

/** One run of a sweep: all that its weights follow from, and what was varied. */
export interface PlannedRun {
  /** A hash of what defines the run: the recipe, the seed, the backend and hillock's version. */
  readonly id: string
  /** The recipe, with the settings of the run. */
  readonly recipe: Recipe
  /** The seed of the run. */
  readonly seed: number
  /** Default: that of the machine which runs it. */
  readonly backend?: string | undefined
  /** What was varied, by what it is called: `{ hidden: 64 }`. Runs that differ by the seed alone have the same. */
  readonly settings: Readonly<Record<string, unknown>>
}

/** A sweep as data: the runs in their order. */
export interface Plan {
  /** The format of the file. */
  readonly format: 'hillock sweep 1'
  /** Of hillock: another version may give other bits. */
  readonly version: string
  /** The runs, in order. */
  readonly runs: readonly PlannedRun[]
  /** How further runs are found, once these are done. Default: there are no more. */
  readonly search?: Search
  /** Which runs are left before their end. Default: none. */
  readonly stop?: 'asha' | undefined
}

/** Options of `planSweep`. */
export interface PlanOptions {
  /** The recipe that all runs share. */
  readonly recipe: Recipe
  /** What `sweptRuns` or `drawnRuns` gives. */
  readonly settings: readonly SweptRun[]
  /** The seeds: each setting is run with each. */
  readonly seeds: readonly number[]
  /** The backend that all runs use. Default: that of the recipe. */
  readonly backend?: string | undefined
  /** The version of hillock; a sweep goes on with the same version only. */
  readonly version: string
}

/**
 * Every setting with every seed, the seeds of one setting beside each other. Throws HILLOCK_RECIPE if the recipe has no validation, since runs are
 * compared by it, and HILLOCK_USAGE if a run is there twice.
 */
export function planSweep({ recipe, settings, seeds, backend, version }: PlanOptions): Plan {
  if (recipe.dataset.validation === undefined) {
    const hint = 'hold out a part of the training examples: --set dataset.validation=0.2'
    throw new HillockError('HILLOCK_RECIPE', 'runs are ranked by validation, but the recipe has no validation set', {
      hint,
    })
  }
  const runs = settings.flatMap(({ set, sweep }) => {
    const changed = set.reduce((before, one) => setPath(before, one), recipe)
    return seeds.map((seed) => {
      const run = { recipe: changed, seed, ...(backend !== undefined && { backend }), settings: sweep }
      return { id: idOf(run, version), ...run }
    })
  })
  const twice = runs.find(({ id }, i) => runs.findIndex((other) => other.id === id) < i)
  if (twice) {
    const hint = 'give all seeds and values once'
    throw new HillockError(
      'HILLOCK_USAGE',
      `the run ${settingsText(twice.settings)}, seed ${twice.seed} is there twice`,
      {
        hint,
      },
    )
  }
  return { format: 'hillock sweep 1', version, runs }
}

/** Writes what was varied in a line: `hidden=64, learner.optimizer.learningRate=0.01`. */
export const settingsText = (settings: Readonly<Record<string, unknown>>): string =>
  Object.entries(settings)
    .map(([name, value]) => nameOf(name, value))
    .join(', ')

/** A sweep's own id: a hash of those of its runs. */
export const sweepId = ({ runs }: Plan): string => hash(runs.map(({ id }) => id).join())

const hash = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 16)

const idOf = ({ recipe, seed, backend }: Omit<PlannedRun, 'id' | 'settings'>, version: string): string =>
  hash(JSON.stringify(ordered({ recipe, seed, backend, version })))

/** What tells a search from others. */
export function searchId({ tried: _, id: __, ...search }: Partial<Search>, version: string): string {
  return hash(JSON.stringify(ordered({ ...search, version })))
}

/** The same value with the keys of its objects in order. */
function ordered(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(ordered)
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))
  return Object.fromEntries(entries.map(([key, inner]) => [key, ordered(inner)]))
}

/** Reads a plan; nothing in it is trusted. Throws HILLOCK_DATA_DAMAGED if a run is not what its id says. */
export function parsePlan(text: string, name: string): Plan {
  const damaged = (what: string) =>
    new HillockError('HILLOCK_DATA_DAMAGED', `${name} is not valid: ${what}`, {
      hint: 'start the sweep again in another folder',
    })
  let plan: Plan
  try {
    plan = JSON.parse(text)
  } catch {
    throw damaged('it is not JSON')
  }
  const { format, version, runs, stop } = Object(plan) as Plan
  if (format !== 'hillock sweep 1' || typeof version !== 'string' || !Array.isArray(runs))
    throw damaged('it is not a sweep of hillock')
  if (stop !== undefined && stop !== 'asha') throw damaged(`it stops by '${stop}'`)
  for (const [i, run] of (runs as readonly PlannedRun[]).entries()) {
    const { recipe, seed, backend, settings } = Object(run) as PlannedRun
    if (seed >>> 0 !== seed || typeof settings !== 'object' || settings === null) throw damaged(`run ${i} is none`)
    const known = {
      recipe: parseRecipe(recipe, `the recipe of run ${i}`),
      seed,
      ...(backend !== undefined && { backend }),
    }
    if (idOf(known, version) !== run.id) throw damaged(`run ${i} was altered`)
  }
  const { search } = plan
  if (search !== undefined && (search?.id !== searchId(Object(search), version) || !Array.isArray(search.tried)))
    throw damaged('its search was altered')
  return plan
}
