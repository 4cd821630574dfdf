import { observeExample } from '@hillock/analysis'
import { type Encoder, type EpochReport, HillockError, type Session, type Warning } from '@hillock/core'
import { type Dataset, take } from '@hillock/datasets'
import type { Figure } from '@hillock/plot'
import type { Recipe } from '@hillock/recipes'
import { writeModel } from '@hillock/recipes'
import { writeWhole } from '../output/files.ts'
import { writePicture } from '../output/picture.ts'
import { rasterOf } from '../plots/of-example.ts'
import { versions } from './keeper.ts'
import { filesIn } from './run-files.ts'

/** A run that has come to its end, or to a stop. */
export interface Finished {
  readonly session: Session
  readonly dataset: Dataset
  readonly encoder: Encoder
  readonly recipe: Recipe
  readonly seed: number
  readonly threads: number
  readonly reports: readonly EpochReport[]
  readonly result: object
}

/** Writes what a run has learnt, and how. Throws HILLOCK_OUTPUT. */
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

/** Draws the raster when all else is written: a run is whole without a picture, so `warn` is told if it fails. Gives where it is. */
export async function drawSpikes(
  out: string,
  run: Finished,
  warn: (warning: Warning) => void,
): Promise<string | undefined> {
  const { raster } = filesIn(out)
  try {
    await writePicture(raster, await spikesOf(run))
    return raster
  } catch (error) {
    const found = (error as Error).message.split('\n')[0]!
    if (error instanceof HillockError) warn({ code: error.code, message: found })
    else warn({ code: 'HILLOCK_INTERNAL', message: `${raster} cannot be drawn: ${found}` })
    return undefined
  }
}

/** What input and layers give out for the first example of the test set. */
async function spikesOf({ session, dataset, encoder, recipe }: Finished): Promise<Figure> {
  const example = take(dataset.test, 1)
  const observed = await observeExample(session, example, recipe.steps)
  return rasterOf({ recipe, encoder }, { example, number: 0, observed })
}
