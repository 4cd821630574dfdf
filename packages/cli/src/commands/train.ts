import { join } from 'node:path'
import { type BatchProgress, createSession, type Encoder, type EpochReport, type Session } from '@hillock/core'
import { type Dataset, shifts, summary, take } from '@hillock/datasets'
import type { Figure } from '@hillock/plot'
import { breathing } from '../breathing.ts'
import { loadDataset } from '../data.ts'
import { equip, makeBackend, threadsOf } from '../equip.ts'
import type { TrainOutput } from '../events.ts'
import { makeFolder, writeWhole } from '../files.ts'
import { onInterrupt } from '../interrupt.ts'
import { keeper, versions } from '../keeper.ts'
import { writeModel } from '../model.ts'
import { observeExample } from '../observe.ts'
import { unusedWarning } from '../open-model.ts'
import { forPeople } from '../people.ts'
import { writePicture } from '../picture.ts'
import { rasterOf } from '../plots/of-example.ts'
import { forPrograms } from '../programs.ts'
import type { Recipe } from '../recipe.ts'
import { checkpointIn, chooseRun, type RunOptions } from '../resume.ts'
import { checkSameData } from '../same-data.ts'

export interface TrainCommand extends RunOptions {
  readonly data?: string
  readonly threads?: number
  readonly json?: boolean
}

/**
 * Trains a recipe or goes on with a run, and tells how it goes. Where `out` says, it writes a checkpoint after each epoch and when it is
 * interrupted; at the end the model, a report and a raster of spikes.
 */
export async function train(
  options: TrainCommand,
  output: TrainOutput = options.json ? forPrograms() : forPeople(),
): Promise<void> {
  const { recipe, seed, backend: chosen, out, from } = await chooseRun(options)
  const { learner, encoder, loss, network: networkOf } = await equip(recipe)
  if (out !== undefined) await makeFolder(out)
  const backend = breathing(await makeBackend(chosen, options.threads))
  output.status(`getting ${recipe.dataset.name} ...`)
  const { dataset, digests } = await loadDataset(recipe.dataset, {
    data: options.data,
    seed,
    progress: (file, part) => output.status(`downloading ${file}: ${Math.round(100 * part)} %`),
  })
    .then((dataset) => ({ dataset, digests: checkSameData(dataset, from) }))
    .catch(async (error: unknown) => {
      await backend.dispose()
      throw error
    })
  const network = networkOf(dataset.train.features)
  const begun = from && { snapshot: from.snapshot, counters: from.counters }
  const session = createSession({ network, learner, encoder, loss, steps: recipe.steps, backend, seed, ...begun })
  const keep = out === undefined ? undefined : keeper(out, session, options.resume === out ? from : undefined)
  const interrupt = onInterrupt(output.note)
  const began = performance.now()
  const names = { recipe: recipe.name, learner: recipe.learner.name, backend: chosen }
  try {
    const threads = threadsOf(backend)
    const about = { recipe, network, data: summary(dataset), binaryInput: encoder.binary }
    const start = { ...names, threads, seed, parameters: network.parameters, ...(from && { resumed: from.counters }) }
    output.start(start, about)
    if (from?.counters.epochs === recipe.epochs) output.note(`all ${recipe.epochs} epochs are done already`)
    const reports: EpochReport[] = [...(from?.reports ?? [])]
    const { signal } = interrupt
    const save = async () => {
      const done = reports.slice(0, session.counters.epochs)
      const { count: examples } = dataset.train
      const warning = await keep?.save({ recipe, seed, backend: chosen, examples, data: digests, reports: done })
      if (warning) output.warning(warning)
    }
    for await (const report of epochsOf(session, dataset, recipe, seed, signal, async (progress) => {
      output.batch(progress)
      if (signal.aborted) await save()
    })) {
      reports.push(report)
      await save()
      const { warnings, ...event } = report
      output.epoch(event, recipe.epochs)
      for (const warning of warnings) output.warning(warning)
    }
    if (from && session.counters.batches > from.counters.batches) {
      const warning = unusedWarning(checkpointIn(options.resume!), session.unused)
      if (warning) output.warning(warning)
    }
    const last = reports.at(-1)
    const result = {
      ...names,
      testAccuracy: last?.testAccuracy,
      epochs: reports.length,
      seconds: (performance.now() - began) / 1000,
      stopped: session.counters.epochs < recipe.epochs,
    }
    if (out === undefined) output.result(result, last)
    else {
      const written = await write(out, { session, dataset, encoder, recipe, seed, threads, reports, result }).catch(
        (error) => {
          throw keep?.explain(error)
        },
      )
      output.result({ ...result, ...written, ...(keep?.path && { checkpoint: keep.path }) }, last)
    }
    if (result.stopped) signal.throwIfAborted()
  } finally {
    interrupt.end()
    await session.dispose()
  }
}

/** What is left to do of a recipe; nothing, where it was done before. */
function epochsOf(
  session: Session,
  dataset: Dataset,
  recipe: Recipe,
  seed: number,
  signal: AbortSignal,
  onBatch: (progress: BatchProgress) => Promise<void>,
): AsyncIterable<EpochReport> | [] {
  const { batchSize, dropLast = false } = recipe
  const epochs = recipe.epochs - session.counters.epochs
  const { shift } = recipe.dataset
  const augment = shift === undefined ? undefined : shifts({ pixels: shift, shape: dataset.shape, seed })
  return epochs < 1 ? [] : session.train(dataset, { epochs, batchSize, dropLast, augment, signal, onBatch })
}

interface Finished {
  readonly session: Session
  readonly dataset: Dataset
  readonly encoder: Encoder
  readonly recipe: Recipe
  readonly seed: number
  readonly threads: number
  readonly reports: readonly EpochReport[]
  readonly result: object
}

async function write(out: string, run: Finished): Promise<{ model: string; report: string; raster: string }> {
  const { session, recipe, seed, threads, reports, result } = run
  const paths = {
    model: join(out, 'model.safetensors'),
    report: join(out, 'report.json'),
    raster: join(out, 'spikes.svg'),
  }
  const { network, counters } = session
  const about = { recipe, seed, epochs: counters.epochs }
  await writeWhole(paths.model, writeModel(network, await session.snapshot(), about, versions()))
  await writePicture(paths.raster, await spikesOf(run))
  await writeWhole(
    paths.report,
    `${JSON.stringify({ result, seed, threads, versions: versions(), recipe, epochs: reports }, null, 2)}\n`,
  )
  return paths
}

/** What input and layers give out for the first example of the test set. */
async function spikesOf({ session, dataset, encoder, recipe }: Finished): Promise<Figure> {
  const example = take(dataset.test, 1)
  const observed = await observeExample(session, example, recipe.steps)
  return rasterOf({ recipe, encoder }, { example, number: 0, observed })
}
