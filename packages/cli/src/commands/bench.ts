import { type BatchProgress, createSession, HillockError, type Session } from '@hillock/core'
import { take } from '@hillock/datasets'
import { findRecipe, type Recipe } from '@hillock/recipes'
import { printEvent } from '../output/print-event.ts'
import { isSteady, quantiles } from '../output/statistics.ts'
import { table } from '../output/table.ts'
import { liveLine } from '../output/terminal.ts'
import { type AboutBackend, aboutBackend, chooseBackend, type Opened, openBackend } from '../plugins/backends.ts'
import { type Loaded, loadDataset } from '../run/data.ts'
import { loadParts } from '../run/parts.ts'

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

/** A backend to compare, and why it cannot be, if so. */
interface Entrant {
  readonly name: string
  readonly threads?: number | undefined
  readonly reason?: string
}

interface Runner {
  readonly about: AboutBackend
  readonly session: Session
  /** Losses of the first batches. */
  readonly losses: number[]
  /** Median ms of a batch, of each round before those that are timed. */
  readonly warmUp: number[]
  readonly batches: BatchProgress[]
}

/** Batches whose losses are compared. */
const compared = 5
const perRound = 10
/** The longest warm-up: so many rounds, or ms for each backend. */
const [mostRounds, mostMs] = [30, 10_000]
const parts = ['encode', 'forward', 'backward', 'update'] as const
/** Losses of the same batches differ by no more than this part of them: products are summed in other orders. */
const equal = 1e-4

/**
 * Times training batches of recipes on backends, taking turns round by round so that all meet the same state of the machine, once their
 * times no longer fall: a process compiles what it runs often while it runs, and its first 60 batches or so are slower. Losses are
 * compared first; a device that is emulated is shown, and not ranked. Among several, one that does not work here is shown with the reason.
 */
export async function bench(options: BenchCommand): Promise<void> {
  const recipes = options.recipe.map(findRecipe)
  // what cannot be run is found before anything is
  for (const recipe of recipes) await loadParts(recipe)
  const entrants = await enter(options)
  const [able, missing] = [true, false].map((able) => entrants.filter(({ reason }) => (reason === undefined) === able))
  if (options.json) for (const { name, reason } of missing!) printEvent('bench', { backend: name, reason })
  const rows = [['recipe', 'backend', 'threads', 'ms per batch', 'p25', 'p75', ...parts, 'rest', 'differs by', 'speed']]
  try {
    for (const recipe of recipes) rows.push(...(await timed(recipe, able!, options)))
  } finally {
    if (!options.json && rows.length > 1) {
      const absent = missing!.map(({ name, reason }) => `not available: ${name}: ${reason}\n`)
      process.stdout.write(`${table(rows, 2)}\n${absent.join('')}`)
    }
  }
}

/** The backends to compare. Beside others each has the threads that it is given if it takes any, and may be missing. */
async function enter({ backends, threads }: BenchCommand): Promise<Entrant[]> {
  const names = backends.length > 0 ? backends : [chooseBackend({}).name]
  const alone = names.length === 1
  const entrants: Entrant[] = []
  for (const name of names) {
    try {
      const { backend, spec } = await openBackend({ name }, alone ? { threads } : {})
      entrants.push({ name: spec.name, threads: 'threads' in backend ? threads : undefined })
      await backend.dispose()
    } catch (error) {
      const { code, message } = error as Partial<HillockError>
      if (alone || code !== 'HILLOCK_UNSUPPORTED') throw error
      entrants.push({ name, reason: message!.replaceAll('\n', '; ') })
    }
  }
  if (entrants.some(({ reason }) => reason === undefined)) return entrants
  const found = entrants.map(({ name, reason }) => `${name}: ${reason}`).join('; ')
  throw new HillockError('HILLOCK_UNSUPPORTED', `none of these backends works on this machine: ${found}`)
}

async function timed(recipe: Recipe, entrants: readonly Entrant[], options: BenchCommand): Promise<string[][]> {
  const live = liveLine(process.stderr)
  const dataset = await loadDataset(recipe, { data: options.data, seed: options.seed })
  const runners: Runner[] = []
  try {
    for (const { name, threads } of entrants) {
      runners.push(await runnerOf(recipe, await openBackend({ name }, { threads }), dataset, options))
    }
    const round = Math.max(1, Math.min(perRound, Math.floor(dataset.train.count / recipe.batchSize)))
    const begun = performance.now()
    for (const { session, losses } of runners)
      await run(session, dataset, recipe, compared, ({ loss }) => losses.push(loss))
    const isCold = ({ warmUp }: Runner) => warmUp.length < mostRounds && !isSteady(warmUp)
    while (runners.some(isCold) && performance.now() - begun < mostMs * runners.length) {
      live.show(`${recipe.name}: warming up`)
      for (const { session, warmUp } of runners.filter(isCold)) {
        const times: number[] = []
        await run(session, dataset, recipe, round, ({ milliseconds }) => times.push(milliseconds))
        warmUp.push(quantiles(times).median)
      }
    }
    for (let done = 0; done < options.batches; done += round) {
      const count = Math.min(round, options.batches - done)
      for (const { about, session, batches } of runners) {
        await run(session, dataset, recipe, count, (progress) => batches.push(progress))
        live.show(`${recipe.name} on ${about.backend}: ${done + count} of ${options.batches} batches`)
      }
    }
    live.clear()
    return runners.map((runner) => report(recipe, runner, runners[0]!, options.json))
  } finally {
    for (const { session } of runners) await session.dispose()
  }
}

async function runnerOf(recipe: Recipe, opened: Opened, dataset: Loaded, { seed }: BenchCommand): Promise<Runner> {
  const { network, learner, encoder, loss } = await loadParts(recipe)
  const { steps } = recipe
  const { backend } = opened
  const of = network(dataset.train.features)
  const session = createSession({ network: of, learner, encoder, loss, steps, backend, seed })
  return { about: aboutBackend(opened), session, losses: [], warmUp: [], batches: [] }
}

/** Trains so many batches; the session's test of one example lies outside what is timed. */
async function run(
  session: Session,
  dataset: Loaded,
  { batchSize }: Recipe,
  count: number,
  onBatch: (progress: BatchProgress) => void,
): Promise<void> {
  const examples = Math.min(dataset.train.count, count * batchSize)
  const part = { train: take(dataset.train, examples), test: take(dataset.test, 1) }
  for await (const _ of session.train(part, { batchSize, onBatch }));
}

function report({ name: recipe }: Recipe, runner: Runner, first: Runner, json: boolean | undefined): string[] {
  const { about, batches } = runner
  const msPerBatch = quantiles(batches.map(({ milliseconds }) => milliseconds))
  const spent = Object.fromEntries(
    parts.map((part) => [part, quantiles(batches.map((batch) => batch.parts[part])).median]),
  )
  // a backend that queues its work does it while it is waited for, outside of the parts
  const outside = batches.map((batch) => batch.milliseconds - parts.reduce((sum, part) => sum + batch.parts[part], 0))
  const rest = quantiles(outside).median
  const differs = Math.max(...runner.losses.map((loss, i) => Math.abs(loss / first.losses[i]! - 1)))
  if (json) printEvent('bench', { recipe, ...about, batches: batches.length, msPerBatch, parts: spent, rest, differs })
  const times = [msPerBatch.median, msPerBatch.p25, msPerBatch.p75, ...parts.map((part) => spent[part]!), rest]
  const speed = quantiles(first.batches.map(({ milliseconds }) => milliseconds)).median / msPerBatch.median
  const rank = about.emulated
    ? 'emulated'
    : differs > equal
      ? 'not equal'
      : first.about.emulated
        ? ''
        : `${speed.toFixed(2)}x`
  const figures = [...times.map((ms) => ms.toFixed(2)), differs.toExponential(0), rank]
  return [
    recipe,
    [about.backend, ...(about.device ? [about.device] : [])].join(', '),
    String(about.threads),
    ...figures,
  ]
}
