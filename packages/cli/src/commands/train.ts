import { type BatchProgress, createSession, type EpochReport, type Session } from '@hillock/core'
import { type Dataset, shifts, summary } from '@hillock/datasets'
import { aboutBackend, openBackend } from '../backends.ts'
import { breathing } from '../breathing.ts'
import { loadDataset } from '../data.ts'
import { equip } from '../equip.ts'
import type { TrainOutput } from '../events.ts'
import { onInterrupt } from '../interrupt.ts'
import { keeper } from '../keeper.ts'
import { unusedWarning } from '../open-model.ts'
import { forPeople } from '../people.ts'
import { forPrograms } from '../programs.ts'
import type { Recipe } from '../recipe.ts'
import { drawSpikes, writeResults } from '../results.ts'
import type { RunOptions } from '../resume.ts'
import { filesIn } from '../run-files.ts'
import { type Begun, beginRun } from '../run-folder.ts'
import { checkSameData } from '../same-data.ts'

export interface TrainCommand extends RunOptions {
  readonly data?: string
  readonly json?: boolean
}

/**
 * Trains a recipe or goes on with a run, and tells how it goes. Where `out` says, it writes a checkpoint after each epoch and when it is
 * interrupted; at the end the model, a report and a raster of spikes. No other run writes there meanwhile.
 */
export async function train(
  options: TrainCommand,
  output: TrainOutput = options.json ? forPrograms() : forPeople(),
): Promise<void> {
  const begun = await beginRun(options, output.warning)
  try {
    await work(begun, options, output)
  } finally {
    begun.release()
  }
}

async function work({ run, here, clear }: Begun, options: TrainCommand, output: TrainOutput): Promise<void> {
  const { recipe, seed, backend: chosen, out, from } = run
  const { learner, encoder, loss, network: networkOf } = await equip(recipe)
  const opened = await openBackend(chosen, options)
  const [backend, about] = [breathing(opened.backend), aboutBackend(opened)]
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
  const saved = from && { snapshot: from.snapshot, counters: from.counters }
  const session = createSession({ network, learner, encoder, loss, steps: recipe.steps, backend, seed, ...saved })
  const keep = out === undefined ? undefined : keeper(out, session, here ? from : undefined)
  const interrupt = onInterrupt(output.note)
  const began = performance.now()
  const names = { recipe: recipe.name, learner: recipe.learner.name }
  try {
    await clear()
    const resumed = from && { resumed: from.counters }
    output.start(
      { ...names, ...about, seed, parameters: network.parameters, ...resumed },
      { recipe, network, data: summary(dataset), binaryInput: encoder.binary },
    )
    if (from?.counters.epochs === recipe.epochs) output.note(`all ${recipe.epochs} epochs are done already`)
    const reports: EpochReport[] = [...(from?.reports ?? [])]
    const { signal } = interrupt
    const save = async () => {
      const done = reports.slice(0, session.counters.epochs)
      const { count: examples } = dataset.train
      const warning = await keep?.save({ recipe, seed, backend: opened.spec, examples, data: digests, reports: done })
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
      const warning = unusedWarning(filesIn(options.resume!).checkpoint, session.unused)
      if (warning) output.warning(warning)
    }
    const last = reports.at(-1)
    const result = {
      ...names,
      backend: about.backend,
      testAccuracy: last?.testAccuracy,
      epochs: reports.length,
      seconds: (performance.now() - began) / 1000,
      stopped: session.counters.epochs < recipe.epochs,
    }
    if (out === undefined) output.result(result, last)
    else {
      const finished = { session, dataset, encoder, recipe, seed, threads: about.threads, reports, result }
      const written = await writeResults(out, finished).catch((error) => {
        throw keep?.explain(error)
      })
      const raster = await drawSpikes(out, finished, output.warning)
      const files = { ...written, ...(raster && { raster }), ...(keep?.path && { checkpoint: keep.path }) }
      output.result({ ...result, ...files }, last)
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
