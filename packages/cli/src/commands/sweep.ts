import { join } from 'node:path'
import { HillockError, type Warning } from '@hillock/core'
import {
  awaitWorkers,
  beginSweep,
  checkVersion,
  drawnRuns,
  type Plan,
  parseRange,
  parseSweep,
  planSearch,
  planSweep,
  type RunStatus,
  readPlan,
  runPlan,
  statusOf,
  sweptRuns,
} from '@hillock/sweeps'
import { version } from '../home.ts'
import { checkPicture } from '../output/figure-file.ts'
import { makeFolder } from '../output/files.ts'
import { printEvent } from '../output/print-event.ts'
import { tellEvents } from '../output/sweep-events.ts'
import { drawSweep } from '../output/sweep-picture.ts'
import { sweepStatus } from '../output/sweep-status.ts'
import { liveLine } from '../output/terminal.ts'
import { onInterrupt } from '../run/interrupt.ts'
import { lockFolder } from '../run/lock.ts'
import { openQueue } from '../run/queue.ts'
import { type Choice, chooseRecipe } from '../run/resolve-recipe.ts'
import { startHillock, trainArgs } from '../run/train-process.ts'

/** How settings are found. */
type SearchName = 'grid' | 'random' | 'tpe'

export interface SweepCommand extends Choice {
  readonly out?: string
  readonly status?: string
  /** A file for a picture of that. */
  readonly plot?: string
  readonly sweep?: readonly string[]
  readonly seeds?: readonly number[]
  readonly trials?: number
  readonly search?: SearchName
  /** Runs are left early, by asynchronous successive halving. */
  readonly stop?: 'asha'
  readonly jobs?: number
  /** Which part of how many, from 1. */
  readonly shard?: readonly [number, number]
  /** The one run, from 0. */
  readonly index?: number
  /** Where the runs wait for `hillock worker`. */
  readonly workers?: string
  readonly backend?: string
  readonly data?: string
  readonly tensorboard?: boolean
  readonly json?: boolean
}

/**
 * Trains a recipe with many settings, resumes that, or shows its progress. Throws HILLOCK_USAGE if the folder is missing or holds another sweep, and
 * what `chooseRecipe` and `planSweep` throw.
 */
export async function sweep(options: SweepCommand): Promise<void> {
  const { out, status, plot, json } = options
  if (plot !== undefined && status === undefined) {
    const hint = 'draw a sweep that has begun: hillock sweep --status DIR --plot sweep.svg'
    throw new HillockError('HILLOCK_USAGE', '--plot needs --status', { hint })
  }
  if (status !== undefined) {
    if (plot !== undefined) await checkPicture(plot)
    const statuses = await tell(status, await planOf(status), json)
    if (plot !== undefined) await drawSweep(plot, statuses)
    if (plot !== undefined && !json) process.stdout.write(`\nwritten: ${plot}\n`)
    return
  }
  if (out === undefined) {
    const hint = 'give --out a folder for its runs, or --status the folder of a sweep'
    throw new HillockError('HILLOCK_USAGE', 'a sweep needs a folder', { hint })
  }
  checkRunner(options)
  let plan = options.sweep ? await plannedRuns(options, options.sweep) : await planOf(out)
  checkTogether(plan, options)
  await makeFolder(out)
  const alone = options.shard === undefined && options.index === undefined
  const lock = alone ? lockFolder(out) : undefined
  let statuses: RunStatus[]
  try {
    if (lock?.warning) warn(lock.warning)
    plan = await beginSweep(out, plan)
    plan = await work(plan, out, options)
    statuses = await tell(out, plan, json)
  } finally {
    lock?.release()
  }
  const failed = statuses.filter(({ state }) => state === 'failed')
  if (failed.length === 0) return
  const hint = `the reasons are in files such as ${join(out, 'runs', failed[0]!.run.id, 'failed.json')}; remove that file to try a run again`
  throw new HillockError('HILLOCK_USAGE', `${failed.length} of ${plan.runs.length} runs failed`, { hint })
}

/** Throws HILLOCK_USAGE if several ways through the list of runs are given. */
function checkRunner({ jobs, shard, index, workers, data }: SweepCommand): void {
  const given = Object.entries({ shard, index, workers }).flatMap(([name, value]) => (value === undefined ? [] : name))
  const idle =
    workers === undefined ? undefined : jobs !== undefined ? '--jobs' : data !== undefined ? '--data' : undefined
  if (given.length > 1)
    throw new HillockError('HILLOCK_USAGE', `--${given.join(' and --')} are given`, { hint: 'give one of them' })
  if (idle === undefined) return
  const hint = `give it to hillock worker${idle === '--jobs' ? ', as --slots' : ''}`
  throw new HillockError('HILLOCK_USAGE', `${idle} is given with --workers, which train elsewhere`, { hint })
}

/** Throws HILLOCK_USAGE if runs that are compared while they are trained would not be trained by this process. */
export function checkTogether(
  { search, stop, runs }: Plan,
  { shard, index, workers }: Pick<SweepCommand, 'shard' | 'index' | 'workers'>,
): void {
  if (search === undefined && stop === undefined) return
  const what = stop === undefined ? '--search tpe learns from all runs' : '--stop asha compares all runs'
  const one = (of: (run: Plan['runs'][number]) => unknown) => new Set(runs.map(of)).size === 1
  const given = Object.entries({ shard, index, workers }).find(([, value]) => value !== undefined)
  const found = given
    ? `--${given[0]} is given`
    : stop === undefined
      ? undefined
      : search !== undefined
        ? '--search tpe is given'
        : !one(({ seed }) => seed)
          ? 'several --seeds are given'
          : !one(({ recipe }) => recipe.epochs)
            ? 'their epochs differ'
            : undefined
  const hint = given
    ? 'choose settings on one machine, with --jobs; then train the best ones with several seeds, divided among machines'
    : 'train them with --jobs; with --stop also give a grid or --search random, and one seed'
  if (found) throw new HillockError('HILLOCK_USAGE', `${what}, but ${found}`, { hint })
}

const warn = ({ code, message }: Warning) => process.stderr.write(`warning ${code}: ${message}\n`)

/** The sweep that a folder holds. Throws HILLOCK_USAGE if there is none. */
export async function planOf(out: string): Promise<Plan> {
  const plan = await readPlan(out)
  if (plan === undefined) {
    const hint = 'start one: hillock sweep --recipe demo --sweep hidden=32,64 --out DIR'
    throw new HillockError('HILLOCK_USAGE', `${out} holds no sweep`, { hint })
  }
  checkVersion(plan, version(), out)
  return plan
}

async function plannedRuns(options: SweepCommand, assignments: readonly string[]): Promise<Plan> {
  const recipe = await chooseRecipe(options)
  const { seeds = [0], trials, search = trials === undefined ? 'grid' : 'random', backend } = options
  const given = assignments.map((one) => parseRange(one) ?? { ...parseSweep(one), kind: 'choice' as const })
  if (search === 'grid') {
    const range = given.findIndex(({ kind }) => kind !== 'choice')
    const found =
      range >= 0 ? `--sweep ${assignments[range]} is a range` : trials !== undefined && `--trials ${trials} is given`
    const hint = 'draw settings at random: --search random --trials 20'
    if (found) throw new HillockError('HILLOCK_USAGE', `${found}, but a grid needs values`, { hint })
  } else if (trials === undefined) {
    const hint = 'say how many settings to try: --trials 20'
    throw new HillockError('HILLOCK_USAGE', `--search ${search} needs --trials`, { hint })
  }
  const common = { recipe, seeds, backend, version: version() }
  const settings = search === 'grid' ? sweptRuns(recipe, given) : drawnRuns(recipe, given, trials!, seeds[0]!)
  for (const { set } of settings) await chooseRecipe({ ...options, set: [...(options.set ?? []), ...set] })
  return search === 'tpe'
    ? { ...planSearch({ ...common, ranges: given, trials: trials! }), ...(options.stop && { stop: options.stop }) }
    : { ...planSweep({ ...common, settings }), ...(options.stop && { stop: options.stop }) }
}

/** Trains what is left, here or elsewhere; gives the plan, which in a search goes further. */
async function work(plan: Plan, out: string, options: SweepCommand): Promise<Plan> {
  const { jobs = 1, shard, index, workers, json } = options
  const queue = workers === undefined ? undefined : await openQueue(workers, plan)
  const mine = (at: number) => (index === undefined || at === index) && (!shard || at % shard[1] === shard[0] - 1)
  const live = liveLine(process.stderr)
  const { signal, end } = onInterrupt((message) => live.show(message, 'at once'))
  const { search, runs } = plan
  const onEvent = tellEvents(search ? search.trials * search.seeds.length : runs.length, json, live)
  const args = trainArgs(plan, jobs, options)
  try {
    if (!queue) return await runPlan(plan, { out, start: startHillock, jobs, args, mine, signal, onEvent })
    await awaitWorkers(plan, { out, queue, signal, onEvent })
    signal.throwIfAborted()
    return plan
  } finally {
    live.clear()
    end()
    await queue?.close()
  }
}

/** Tells how far a sweep is, and which setting is best; gives how far each run is. */
async function tell(out: string, plan: Plan, json: boolean | undefined): Promise<RunStatus[]> {
  const statuses = await statusOf(out, plan)
  const told = sweepStatus(statuses)
  if (json) printEvent('sweep', told.facts)
  else process.stdout.write(`${told.text}\n`)
  return statuses
}
