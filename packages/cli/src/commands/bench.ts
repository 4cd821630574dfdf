import { type BatchProgress, createSession, type Session } from '@hillock/core'
import { type Dataset, take } from '@hillock/datasets'
import { loadDataset } from '../data.ts'
import { defaultBackend, equip, makeBackend, threadsOf } from '../equip.ts'
import { printEvent } from '../programs.ts'
import type { Recipe } from '../recipe.ts'
import { findRecipe } from '../recipes/find.ts'
import { quantiles } from '../statistics.ts'
import { table } from '../table.ts'
import { liveLine } from '../terminal.ts'

export interface BenchCommand {
  readonly recipe: readonly string[]
  /** None: the default. */
  readonly backends: readonly string[]
  readonly threads?: number
  readonly batches: number
  readonly data?: string
  readonly seed: number
  readonly json?: boolean
}

interface Runner {
  readonly name: string
  readonly threads: number
  readonly session: Session
  readonly batches: BatchProgress[]
}

const warmUp = 5
const perRound = 10
const parts = ['encode', 'forward', 'backward', 'update'] as const

/** Times training batches of recipes on backends, taking turns round by round so that all meet the same state of the machine. */
export async function bench(options: BenchCommand): Promise<void> {
  const backends = options.backends.length > 0 ? options.backends : [defaultBackend()]
  const recipes = options.recipe.map(findRecipe)
  // what cannot be run is found before anything is
  for (const recipe of recipes) await equip(recipe)
  for (const name of backends) await (await backendOf(name, options)).dispose()
  const rows = [['recipe', 'backend', 'threads', 'ms a batch', 'p25', 'p75', ...parts, 'rest', 'speed']]
  try {
    for (const recipe of recipes) rows.push(...(await timed(recipe, backends, options)))
  } finally {
    if (!options.json && rows.length > 1) process.stdout.write(`${table(rows, 2)}\n`)
  }
}

async function timed(recipe: Recipe, backends: readonly string[], options: BenchCommand): Promise<string[][]> {
  const live = liveLine(process.stderr)
  const dataset = await loadDataset(recipe.dataset, { data: options.data, seed: options.seed })
  const runners: Runner[] = []
  try {
    for (const name of backends) runners.push(await runnerOf(recipe, name, dataset, options))
    for (const { session } of runners) await run(session, dataset, recipe, warmUp, () => {})
    const round = Math.max(1, Math.min(perRound, Math.floor(dataset.train.count / recipe.batchSize)))
    for (let done = 0; done < options.batches; done += round) {
      const count = Math.min(round, options.batches - done)
      for (const { name, session, batches } of runners) {
        await run(session, dataset, recipe, count, (progress) => batches.push(progress))
        live.show(`${recipe.name} on ${name}: ${done + count} of ${options.batches} batches`)
      }
    }
    live.clear()
    return runners.map((runner) => report(recipe, runner, runners[0]!, options.json))
  } finally {
    for (const { session } of runners) await session.dispose()
  }
}

/** Beside others the reference has its one thread, whatever they are given. */
const backendOf = (name: string, { threads, backends }: BenchCommand) =>
  makeBackend(name, name === 'reference' && backends.length > 1 ? undefined : threads)

async function runnerOf(recipe: Recipe, name: string, dataset: Dataset, options: BenchCommand): Promise<Runner> {
  const { network, ...parts } = await equip(recipe)
  const backend = await backendOf(name, options)
  const { steps } = recipe
  const { seed } = options
  const session = createSession({ ...parts, network: network(dataset.train.features), steps, backend, seed })
  return { name, threads: threadsOf(backend), session, batches: [] }
}

/** Trains so many batches; the session's test of one example lies outside what is timed. */
async function run(
  session: Session,
  dataset: Dataset,
  { batchSize }: Recipe,
  count: number,
  onBatch: (progress: BatchProgress) => void,
): Promise<void> {
  const examples = Math.min(dataset.train.count, count * batchSize)
  const part = { train: take(dataset.train, examples), test: take(dataset.test, 1) }
  for await (const _ of session.train(part, { batchSize, onBatch }));
}

function report(
  recipe: Recipe,
  { name, threads, batches }: Runner,
  first: Runner,
  json: boolean | undefined,
): string[] {
  const msPerBatch = quantiles(batches.map(({ milliseconds }) => milliseconds))
  const spent = Object.fromEntries(
    parts.map((part) => [part, quantiles(batches.map((batch) => batch.parts[part])).median]),
  )
  // a backend that queues its work does it while it is waited for, outside of the parts
  const outside = batches.map((batch) => batch.milliseconds - parts.reduce((sum, part) => sum + batch.parts[part], 0))
  const rest = quantiles(outside).median
  const speed = quantiles(first.batches.map(({ milliseconds }) => milliseconds)).median / msPerBatch.median
  if (json) {
    printEvent('bench', {
      recipe: recipe.name,
      backend: name,
      threads,
      batches: batches.length,
      msPerBatch,
      parts: spent,
      rest,
    })
  }
  const times = [msPerBatch.median, msPerBatch.p25, msPerBatch.p75, ...parts.map((part) => spent[part]!), rest]
  return [recipe.name, name, String(threads), ...times.map((ms) => ms.toFixed(2)), `${speed.toFixed(2)}x`]
}
