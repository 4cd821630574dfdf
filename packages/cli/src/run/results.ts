import { observeExample } from '@hillock/analysis'
import { HillockError, type Warning } from '@hillock/core'
import { take } from '@hillock/datasets'
import { writeModel } from '@hillock/recipes'
import { writePicture } from '../output/figure-file.ts'
import { writeWhole } from '../output/files.ts'
import { rasterOf, type Watched } from '../plots/of-example.ts'
import { reportPage } from '../plots/report-page.ts'
import { versions } from './checkpoint-writer.ts'
import type { Finished } from './finished.ts'
import { filesIn } from './run-files.ts'

/** Writes what a run has learnt, and how. Throws HILLOCK_OUTPUT if it cannot be written. */
export async function writeResults(out: string, run: Finished): Promise<{ model: string; report: string }> {
  const { session, recipe, seed, threads, reports, result } = run
  const { model, report } = filesIn(out)
  const { network, counters } = session
  const about = { recipe, seed, epochs: counters.epochs }
  await writeWhole(model, writeModel(network, await session.snapshot(), about, versions()))
  const text = JSON.stringify({ result, seed, threads, versions: versions(), recipe, epochs: reports }, null, 2)
  await writeWhole(report, `${text}\n`)
  return { model, report }
}

/**
 * Draws the raster, and the page where one is wanted, when all else is written: a run is whole without pictures, so `warn` is told if one fails.
 * Gives where they are.
 */
export async function drawResults(
  out: string,
  run: Finished,
  { page: wanted, warn }: { readonly page: boolean; readonly warn: (warning: Warning) => void },
): Promise<{ raster?: string; page?: string }> {
  const { raster, page } = filesIn(out)
  const written = async (path: string, write: () => Promise<unknown>): Promise<boolean> => {
    try {
      await write()
      return true
    } catch (error) {
      const found = (error as Error).message.split('\n')[0]!
      if (error instanceof HillockError) warn({ code: error.code, message: found })
      else warn({ code: 'HILLOCK_INTERNAL', message: `${path} cannot be drawn: ${found}` })
      return false
    }
  }
  const drawn = await written(raster, async () => writePicture(raster, await rasterOf(run, await firstOf(run))))
  const told =
    wanted &&
    (await written(page, async () =>
      writeWhole(page, await reportPage({ ...run, versions: versions(), watched: await firstOf(run) })),
    ))
  return { ...(drawn && { raster }), ...(told && { page }) }
}

/** What input and layers give out for the first example of the test set. */
async function firstOf({ session, dataset, recipe }: Finished): Promise<Watched> {
  const example = take(dataset.test, 1)
  return { example, number: 0, observed: await observeExample(session, example, recipe.steps) }
}
