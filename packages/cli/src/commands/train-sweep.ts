import { join } from 'node:path'
import { HillockError } from '@hillock/core'
import { folderOf, givenOf, parseSweep, type SweptRun, sweptRuns } from '@hillock/sweeps'
import { asJson } from '../output/json.ts'
import { type SweptResult, sweepTable } from '../output/sweep-table.ts'
import { asText } from '../output/text.ts'
import { onInterrupt } from '../run/interrupt.ts'
import { chooseRecipe } from '../run/resolve-recipe.ts'
import { refuseRun } from '../run/run-folder.ts'
import { type TrainCommand, train } from './train.ts'

/**
 * Trains a recipe once for each combination of values, one run after another with the same seed, each in a folder of its own where `out`
 * says. Before anything is run, throws HILLOCK_USAGE if values do not fit the recipe and HILLOCK_OUTPUT if a folder already holds a run. Throws what
 * `train` throws, too.
 */
export async function trainSweep(options: TrainCommand, assignments: readonly string[]): Promise<void> {
  if (options.resume !== undefined) {
    const hint = 'resume one of the runs: give --resume its folder, without --sweep'
    throw new HillockError('HILLOCK_USAGE', '--resume cannot be used with --sweep', { hint })
  }
  const runs = sweptRuns(await chooseRecipe(options), assignments.map(parseSweep))
  const changed = ({ set }: SweptRun) => ({ ...options, set: [...(options.set ?? []), ...set] })
  for (const run of runs) await chooseRecipe(changed(run), givenOf(run))
  const { out, force = false } = options
  if (!options.json)
    process.stderr.write(
      `to resume, to use several seeds and to compare by validation: ${replacing(options, assignments)}\n`,
    )
  if (out !== undefined && !force) for (const run of runs) await refuseRun(join(out, folderOf(run)))
  const results: SweptResult[] = []
  // a signal between two runs, too, ends the sweep with the table
  const { signal, end } = onInterrupt()
  try {
    for (const run of runs) {
      signal.throwIfAborted()
      const { sweep } = run
      const output = options.json ? asJson() : asText()
      if (!options.json) process.stdout.write(`${results.length > 0 ? '\n' : ''}--- ${folderOf(run)}\n`)
      await train(
        {
          ...changed(run),
          ...(out !== undefined && { out: join(out, folderOf(run)) }),
        },
        {
          ...output,
          result(event, last) {
            const density = last?.density ?? []
            results.push({ sweep, testAccuracy: event.testAccuracy, density })
            output.result({ ...event, sweep, density }, last)
          },
        },
      )
    }
  } finally {
    end()
    // what was reached before a signal or an error, too
    if (!options.json && results.length > 0) process.stdout.write(`\n${sweepTable(results)}\n`)
  }
}

/** The command that does the same and more. */
function replacing({ recipe, config, out = 'sweeps/a' }: TrainCommand, assignments: readonly string[]): string {
  const from = config === undefined ? ['--recipe', recipe ?? 'demo'] : ['--config', config]
  const swept = assignments.flatMap((one) => ['--sweep', one])
  return ['hillock sweep', ...from, ...swept, '--seeds 0..2 --out', out].join(' ')
}
