import type { RunStatus } from './folder.ts'
import { settingsText } from './plan.ts'

/** A setting, and what its runs with all seeds have reached. */
export interface Ranked {
  /** The settings, by the names of the options. */
  readonly settings: Readonly<Record<string, unknown>>
  /** How many of its runs are done. */
  readonly done: number
  /** How many runs it has. */
  readonly runs: number
  /** Mean over the runs that are done; NaN if none is. */
  readonly validationAccuracy: number
  /** Standard deviation of a run (n - 1); NaN with fewer than two. */
  readonly deviation: number
}

/** Settings by the mean of their last epochs' validation accuracy, the best first; those of which no run is done come last. */
export function rank(statuses: readonly RunStatus[]): Ranked[] {
  const groups = new Map<string, RunStatus[]>()
  for (const status of statuses) {
    const key = settingsText(status.run.settings)
    groups.set(key, [...(groups.get(key) ?? []), status])
  }
  const ranked = [...groups.values()].map((group) => {
    const values = group.flatMap(({ state, validationAccuracy }) =>
      state === 'done' && validationAccuracy !== undefined ? [validationAccuracy] : [],
    )
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length
    const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0)
    const deviation = values.length < 2 ? Number.NaN : Math.sqrt(squares / (values.length - 1))
    const { settings } = group[0]!.run
    return { settings, done: values.length, runs: group.length, validationAccuracy: mean, deviation }
  })
  return ranked.sort((a, b) => worth(b.validationAccuracy) - worth(a.validationAccuracy))
}

/** A result to sort by: NaN comes after every number. */
export const worth = (result: number): number => (Number.isNaN(result) ? Number.NEGATIVE_INFINITY : result)

/**
 * Mean test accuracy of a setting's runs. For the one that was chosen by validation, and for that alone: a setting that is chosen by its test accuracy
 * is not tested by it any more.
 */
export function testOf(statuses: readonly RunStatus[], { settings }: Pick<Ranked, 'settings'>): number {
  const chosen = settingsText(settings)
  const values = statuses.flatMap(({ run, state, testAccuracy }) =>
    state === 'done' && testAccuracy !== undefined && settingsText(run.settings) === chosen ? [testAccuracy] : [],
  )
  return values.reduce((sum, value) => sum + value, 0) / values.length
}
