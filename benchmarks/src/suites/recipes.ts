import type { Contender } from '../backends.ts'
import { digits, table } from '../markdown.ts'
import { type CommandEvent, runCommand } from '../recipes/run.ts'
import { definitionOf, type RecipeRun, sameRun, summarize } from '../recipes/runs.ts'
import type { Report } from '../results.ts'

export interface RecipesOptions {
  readonly recipes: readonly string[]
  readonly seeds: readonly number[]
  readonly on: Contender
  /** Runs that are done already, and are not made again. */
  readonly held: readonly RecipeRun[]
  /** Keeps what is known so far; called after each run. */
  readonly save: (report: Report) => void
}

/** Trains recipes through the command line, one run after another, once for each seed. Errors: where a run fails; others are saved. */
export async function recipesSuite({ recipes, seeds, on, held, save }: RecipesOptions): Promise<Report> {
  const { events } = await runCommand(['recipes'])
  const known = new Map(events.map(({ name, recipe }) => [name as string, recipe]))
  const runs = [...held]
  for (const name of recipes) {
    if (!known.has(name)) throw new Error(`no recipe '${name}': there are ${[...known.keys()].join(', ')}`)
    const definition = definitionOf(known.get(name))
    for (const seed of seeds) {
      const wanted = { recipe: name, definition, seed, backend: on.backend, threads: on.threads }
      if (runs.some((run) => sameRun(run, wanted))) continue
      const threads = on.backend === 'reference' ? [] : ['--threads', `${on.threads}`]
      const args = ['train', '--recipe', name, '--seed', `${seed}`, '--backend', on.backend, ...threads]
      const { events, seconds, cpuSeconds } = await runCommand(args, (event) => tell(name, seed, event))
      const { testAccuracy, epochs } = events.findLast(({ event }) => event === 'result') as unknown as RecipeRun
      runs.push({ ...wanted, epochs, testAccuracy, seconds, cpuSeconds, date: new Date().toISOString().slice(0, 16) })
      save(report(runs))
    }
  }
  return report(runs)
}

function tell(recipe: string, seed: number, { event, epoch, testAccuracy }: CommandEvent): void {
  if (event === 'epoch')
    process.stderr.write(`${recipe}, seed ${seed}: epoch ${epoch}, ${testAccuracy} of the test set\n`)
}

function report(runs: readonly RecipeRun[]): Report {
  const rows = summarize(runs).map((one) => [
    one.recipe,
    one.mean.toFixed(4),
    `${one.lowest.toFixed(4)} - ${one.highest.toFixed(4)}`,
    one.seeds.join(', '),
    String(one.epochs),
    one.backend === 'reference' ? one.backend : `${one.backend}, ${one.threads}`,
    digits(one.seconds),
    digits(one.cpuSeconds),
  ])
  return {
    name: 'recipes',
    title: 'What recipes reach',
    about:
      'Accuracy on the whole test set after the last epoch, mean over seeds with the lowest and the highest; seconds from the start of the ' +
      'command line to its end, tests after each epoch among them, and of processors, all threads together.',
    figures: { runs },
    tables: table([
      ['recipe', 'accuracy', 'spread', 'seeds', 'epochs', 'backend, threads', 'seconds', 'CPU seconds'],
      ...rows,
    ]),
  }
}
