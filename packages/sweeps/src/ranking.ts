import type { RunStatus } from './folder.ts'
import { settingsText } from './plan.ts'
import { scoreOf, worth } from './validation.ts'

/** A setting, and what its runs with all seeds have reached. */
export interface Ranked {
  /** The settings, by the names of the options. */
  readonly settings: Readonly<Record<string, unknown>>
  /** How many of its runs are done. */
  readonly done: number
  /** How many runs it has. */
  readonly runs: number
  /** Mean over the runs that are done; NaN if none is, and where examples have no labels. */
  readonly validationAccuracy: number
  /** Mean over the runs that are done; NaN if none is. */
  readonly validationLoss: number
  /** Standard deviation of a run (n - 1), of what settings are ranked by; NaN with fewer than two. */
  readonly deviation: number
}

/**
 * Settings by the mean of their last epochs' validation accuracy, the highest first; by their validation loss, the lowest first, where examples have no labels. Those of
 * which no run is done come last.
 */
export function rank(statuses: readonly RunStatus[]): Ranked[] {
  const groups = new Map<string, RunStatus[]>()
  for (const status of statuses) {
    const key = settingsText(status.run.settings)
    groups.set(key, [...(groups.get(key) ?? []), status])
  }
  const ranked = [...groups.values()].map((group) => {
    const done = group.filter((status) => status.state === 'done' && !Number.isNaN(scoreOf(status)))
    const scores = done.map(scoreOf)
    const score = meanOf(scores)
    const squares = scores.reduce((sum, value) => sum + (value - score) ** 2, 0)
    return {
      score,
      settings: group[0]!.run.settings,
      done: done.length,
      runs: group.length,
      validationAccuracy: meanOf(done.map(({ validationAccuracy = Number.NaN }) => validationAccuracy)),
      validationLoss: meanOf(done.map(({ validationLoss = Number.NaN }) => validationLoss)),
      deviation: scores.length < 2 ? Number.NaN : Math.sqrt(squares / (scores.length - 1)),
    }
  })
  return ranked.sort((a, b) => worth(b.score) - worth(a.score)).map(({ score: _, ...one }) => one)
}

/** NaN of none. */
const meanOf = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length

/**
 * What a setting's runs have reached on the test set: means of their accuracies and of their normalised errors, NaN where they have none. For the one that was chosen by
 * validation, and for that alone: a setting that is chosen by its test accuracy is not tested by it any more.
 */
export function testOf(
  statuses: readonly RunStatus[],
  { settings }: Pick<Ranked, 'settings'>,
): { readonly testAccuracy: number; readonly testError: number } {
  const chosen = settingsText(settings)
  const done = statuses.filter(({ run, state }) => state === 'done' && settingsText(run.settings) === chosen)
  return {
    testAccuracy: meanOf(done.flatMap(({ testAccuracy }) => testAccuracy ?? [])),
    testError: meanOf(done.flatMap(({ testError }) => testError ?? [])),
  }
}
