import { createHash } from 'node:crypto'

/** What one run of a recipe came to. */
export interface RecipeRun {
  readonly recipe: string
  /** Tells whether the recipe is still what it was. */
  readonly definition: string
  readonly seed: number
  readonly backend: string
  readonly threads: number
  readonly epochs: number
  readonly testAccuracy: number
  readonly seconds: number
  readonly cpuSeconds: number
  readonly date: string
}

export const definitionOf = (recipe: unknown): string =>
  createHash('sha256').update(JSON.stringify(recipe)).digest('hex').slice(0, 16)

/** Whether two runs are of the same thing. */
export const sameRun = (
  one: Omit<RecipeRun, 'epochs' | 'testAccuracy' | 'seconds' | 'cpuSeconds' | 'date'>,
  other: typeof one,
): boolean => (['recipe', 'definition', 'seed', 'backend', 'threads'] as const).every((key) => one[key] === other[key])

/** A row of the table: runs of one recipe on one backend, over seeds. */
export interface RecipeSummary {
  readonly recipe: string
  readonly backend: string
  readonly threads: number
  readonly epochs: number
  readonly seeds: readonly number[]
  readonly mean: number
  readonly lowest: number
  readonly highest: number
  /** Means. */
  readonly seconds: number
  readonly cpuSeconds: number
}

/** Summaries in the order in which the runs were made. Runs of a recipe that has changed since stand apart. */
export function summarize(runs: readonly RecipeRun[]): RecipeSummary[] {
  const groups = new Map<string, RecipeRun[]>()
  for (const run of runs) {
    const key = [run.recipe, run.definition, run.backend, run.threads].join()
    groups.set(key, [...(groups.get(key) ?? []), run])
  }
  return [...groups.values()].map((group) => {
    const { recipe, backend, threads, epochs } = group[0]!
    const of = (key: 'testAccuracy' | 'seconds' | 'cpuSeconds') => group.map((run) => run[key])
    const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length
    const accuracies = of('testAccuracy')
    return {
      recipe,
      backend,
      threads,
      epochs,
      seeds: group.map(({ seed }) => seed),
      mean: mean(accuracies),
      lowest: Math.min(...accuracies),
      highest: Math.max(...accuracies),
      seconds: mean(of('seconds')),
      cpuSeconds: mean(of('cpuSeconds')),
    }
  })
}
