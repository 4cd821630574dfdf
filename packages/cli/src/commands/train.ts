import { HillockError } from '@hillock/core'
import { summary } from '@hillock/datasets'
import { type Run as AnyRun, type RunEvent, type RunEvents, runRecipe } from '@hillock/recipes'
import type { TrainEvents, TrainOutput } from '../output/events.ts'
import { asJson } from '../output/json.ts'
import { asText } from '../output/text.ts'
import { aboutBackend, openBackend } from '../plugins/backends.ts'
import { type CheckpointWriter, checkpointWriter } from '../run/checkpoint-writer.ts'
import { type Loaded, wholeDataset } from '../run/data.ts'
import { onInterrupt } from '../run/interrupt.ts'
import { type MetricsOptions, metricsIn } from '../run/metrics.ts'
import { unusedWarning } from '../run/open-model.ts'
import { loadParts } from '../run/parts.ts'
import { drawResults, writeResults } from '../run/results.ts'
import type { RunOptions } from '../run/resume.ts'
import { filesIn } from '../run/run-files.ts'
import { type Begun, beginRun } from '../run/run-folder.ts'
import { checkSameData } from '../run/same-data.ts'
import { yielding } from '../run/yield-to-event-loop.ts'

export interface TrainCommand extends RunOptions, MetricsOptions {
  readonly data?: string
  readonly json?: boolean
  /** When the test set is used. Default: after each epoch. */
  readonly test?: 'each' | 'last' | 'never'
  /** Writes the run as a page, too. */
  readonly report?: boolean
}

/**
 * Trains a recipe or resumes a run, and reports progress. Where `out` says, it writes a checkpoint after each epoch and when it is
 * interrupted; at the end the model, a report and a raster of spikes, and with `report` a page of all that. No other run writes there meanwhile.
 * Throws HILLOCK_USAGE if `report`, `metrics` or `tensorboard` is given without a folder.
 */
export async function train(
  options: TrainCommand,
  output: TrainOutput = options.json ? asJson() : asText(),
): Promise<void> {
  for (const option of ['report', 'metrics', 'tensorboard'] as const) {
    if (!options[option] || (options.out ?? options.resume) !== undefined) continue
    const hint = 'give --out the folder for it'
    throw new HillockError('HILLOCK_USAGE', `--${option} needs --out`, { hint })
  }
  const begun = await beginRun(options, output.warning)
  try {
    await work(begun, options, output)
  } finally {
    begun.release()
  }
}

type Run = AnyRun<Loaded>

async function work({ run, here, clear }: Begun, options: TrainCommand, output: TrainOutput): Promise<void> {
  const { recipe, seed, backend: chosen, out, from } = run
  const { own, learners } = await loadParts(recipe)
  const opened = await openBackend(chosen, options)
  const [backend, about] = [yielding(opened.backend), aboutBackend(opened)]
  output.status(`getting ${recipe.dataset.name} ...`)
  const data = await wholeDataset(recipe, {
    data: options.data,
    seed,
    progress: (file, part) => output.status(`downloading ${file}: ${Math.round(100 * part)} %`),
  }).catch(async (error: unknown) => {
    await backend.dispose()
    throw error
  })
  const interrupt = onInterrupt(output.note)
  const { signal } = interrupt
  let keep: CheckpointWriter | undefined
  const measured = out === undefined ? undefined : metricsIn(out, options, output.warning)
  let digests: string | undefined
  const save = async ({ session, dataset, reports }: Run) => {
    const done = reports.slice(0, session.counters.epochs)
    const { count: examples } = dataset.train
    const warning = await keep?.save({ recipe, seed, backend: opened.spec, examples, data: digests, reports: done })
    if (warning) output.warning(warning)
  }
  const tell: { readonly [Name in keyof RunEvents]: (event: RunEvents[Name], at: Run) => void | Promise<void> } = {
    async start(event, { session, dataset, encoder }) {
      digests = checkSameData(dataset, from)
      keep = out === undefined ? undefined : checkpointWriter(out, session, here ? from : undefined)
      await clear()
      const { network } = session
      output.start({ ...event, ...about }, { recipe, network, data: summary(dataset), binaryInput: encoder.binary })
      if (from?.counters.epochs === recipe.epochs) output.note(`all ${recipe.epochs} epochs are already done`)
    },
    async batch(progress, at) {
      output.batch(progress)
      if (signal.aborted) await save(at)
    },
    async epoch(event, at) {
      await save(at)
      await measured?.(at.reports.slice(0, at.session.counters.epochs))
      output.epoch(event, recipe.epochs)
    },
    warning: output.warning,
    async result({ recipe: name, learner, ...figures }, at) {
      if (from && at.session.counters.batches > from.counters.batches) {
        const warning = unusedWarning(filesIn(options.resume!).checkpoint, at.session.unused)
        if (warning) output.warning(warning)
      }
      const result = { recipe: name, learner, backend: about.backend, ...figures }
      output.result(await written(result, at), at.reports.at(-1))
    },
  }

  /** A result, with what was written of it. */
  async function written(result: TrainEvents['result'], at: Run): Promise<TrainEvents['result']> {
    if (out === undefined) return result
    const finished = { ...at, threads: about.threads, result }
    const files = await writeResults(out, finished).catch((error) => {
      throw keep?.explain(error)
    })
    const drawn = await drawResults(out, finished, {
      page: options.report === true && !result.stopped,
      warn: output.warning,
    })
    return { ...result, ...files, ...drawn, ...(keep?.path && { checkpoint: keep.path }) }
  }

  const onEvent = ({ event, ...rest }: RunEvent, at: Run) => tell[event](rest as never, at)
  try {
    const { session } = await runRecipe(recipe, {
      learners,
      ...own,
      data,
      backend,
      seed,
      from,
      test: options.test,
      signal,
      onEvent,
    })
    const stopped = session.counters.epochs < recipe.epochs
    await session.dispose()
    if (stopped) signal.throwIfAborted()
  } finally {
    interrupt.end()
  }
}
