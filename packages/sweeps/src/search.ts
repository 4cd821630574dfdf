import { runAsha } from './asha.ts'
import { type RunStatus, statusOf, writePlan } from './folder.ts'
import { type Plan, planSweep, type Search, searchId, settingsText } from './plan.ts'
import { drawn, runWith } from './random-search.ts'
import { runSweep, type SweepOptions } from './run.ts'
import { proposeTpe, startup } from './tpe.ts'
import { scoreOf } from './validation.ts'

/** Options of `planSearch`. */
export interface SearchOptions extends Omit<Search, 'name' | 'id' | 'tried'> {
  /** The version of hillock; a sweep goes on with the same version only. */
  readonly version: string
}

/** The plan of a search: the settings to begin with, which are drawn at random. Throws what `planSweep` and `drawnRuns` throw. */
export function planSearch({ version, ...options }: SearchOptions): Plan {
  const { recipe, ranges, trials, seeds, backend } = options
  const tried = drawn(ranges, Math.min(trials, startup), seeds[0]!)
  const settings = unique(tried).map((sweep) => runWith(recipe, sweep))
  const plan = planSweep({ recipe, settings, seeds, backend, version })
  const search = { name: 'tpe', ...options } as const
  return { ...plan, search: { ...search, id: searchId(search, version), tried } }
}

/**
 * The plan with the setting that is to be tried next, from the validation accuracy, or the loss, of all before: the mean of their seeds, in the last epoch. Gives undefined when
 * all are tried. A setting that was tried before is not trained again.
 */
export function nextTrial(plan: Plan, statuses: readonly RunStatus[]): Plan | undefined {
  const { search, runs, version } = plan
  if (search === undefined || search.tried.length >= search.trials) return undefined
  const { recipe, ranges, seeds, backend } = search
  const of = new Map<string, number[]>()
  for (const status of statuses) {
    const key = settingsText(status.run.settings)
    of.set(key, [...(of.get(key) ?? []), scoreOf(status)])
  }
  const meanOf = (settings: Readonly<Record<string, unknown>>) => {
    const values = of.get(settingsText(settings)) ?? []
    return values.reduce((sum, value) => sum + value, 0) / values.length
  }
  const trials = search.tried.map((settings) => ({ settings, value: meanOf(settings) }))
  const next = proposeTpe(ranges, trials, seeds[0]!)
  const tried = [...search.tried, next]
  const known = of.has(settingsText(next))
  const more = known ? [] : planSweep({ recipe, settings: [runWith(recipe, next)], seeds, backend, version }).runs
  return { ...plan, runs: [...runs, ...more], search: { ...search, tried } }
}

/**
 * Trains the runs of a plan that are not done; where it searches, also those that are proposed then, one setting after another, until all are tried. Gives the plan with
 * these. Throws the reason of `signal` when it is aborted, and HILLOCK_OUTPUT if the folder cannot be written.
 */
export async function runPlan(plan: Plan, options: SweepOptions): Promise<Plan> {
  let now = plan
  for (let next: Plan | undefined = plan; next; next = nextTrial(now, await statusOf(options.out, now))) {
    if (next !== plan) await writePlan(options.out, next)
    now = next
    await (now.stop === 'asha' ? runAsha : runSweep)(now, options)
    options.signal?.throwIfAborted()
  }
  return now
}

const unique = (all: readonly Readonly<Record<string, unknown>>[]) => [
  ...new Map(all.map((settings) => [settingsText(settings), settings])).values(),
]
