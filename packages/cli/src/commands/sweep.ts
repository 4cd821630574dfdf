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
  planSweep,
  type RunStatus,
  readPlan,
  runSweep,
  type SweptRun,
  statusOf,
  sweptRuns,
} from '@hillock/sweeps'
import { version } from '../home.ts'
import { makeFolder } from '../output/files.ts'
import { printEvent } from '../output/print-event.ts'
import { tellEvents } from '../output/sweep-events.ts'
import { sweepStatus } from '../output/sweep-status.ts'
import { liveLine } from '../output/terminal.ts'
import { type Choice, chooseRecipe } from '../run/choose.ts'
import { onInterrupt } from '../run/interrupt.ts'
import { lockFolder } from '../run/lock.ts'
import { openQueue } from '../run/queue.ts'
import { startHillock, trainArgs } from '../run/train-process.ts'

export interface SweepCommand extends Choice {
  readonly out?: string
  readonly status?: string
  readonly sweep?: readonly string[]
  readonly seeds?: readonly number[]
  readonly trials?: number
  readonly jobs?: number
  /** Which part of how many, from 1. */
  readonly shard?: readonly [number, number]
  /** The one run, from 0. */
  readonly index?: number
  /** Where the runs wait for `hillock worker`. */
  readonly workers?: string
  readonly backend?: string
  readonly data?: string
  readonly json?: boolean
}

/**
 * Trains a recipe with many settings, resumes that, or shows its progress. Throws HILLOCK_USAGE for a folder that is missing or holds another
 * sweep, and what `chooseRecipe` and `planSweep` throw.
 */
export async function sweep(options: SweepCommand): Promise<void> {
  const { out, status, json } = options
  if (status !== undefined) {
    await tell(status, await planOf(status), json)
    return
  }
  if (out === undefined) {
    const hint = 'give --out a folder for its runs, or --status the folder of a sweep'
    throw new HillockError('HILLOCK_USAGE', 'a sweep needs a folder', { hint })
  }
  checkRunner(options)
  const plan = options.sweep ? await plannedRuns(options, options.sweep) : await planOf(out)
  await makeFolder(out)
  const alone = options.shard === undefined && options.index === undefined
  const lock = alone ? lockFolder(out) : undefined
  let statuses: RunStatus[]
  try {
    if (lock?.warning) warn(lock.warning)
    await beginSweep(out, plan)
    await work(plan, out, options)
    statuses = await tell(out, plan, json)
  } finally {
    lock?.release()
  }
  const failed = statuses.filter(({ state }) => state === 'failed')
  if (failed.length === 0) return
  const hint = `the reasons are in files such as ${join(out, 'runs', failed[0]!.run.id, 'failed.json')}; remove that file to try a run again`
  throw new HillockError('HILLOCK_USAGE', `${failed.length} of ${plan.runs.length} runs failed`, { hint })
}

/** Throws HILLOCK_USAGE where several ways through the list of runs are given. */
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
  const { seeds = [0], trials, backend } = options
  const ranges = assignments.map(parseRange)
  const drawn = ranges.findIndex((range) => range !== undefined)
  if (trials === undefined && drawn >= 0) {
    const hint = 'say how many settings to draw: --trials 20'
    throw new HillockError('HILLOCK_USAGE', `--sweep ${assignments[drawn]} is a range, but a grid needs values`, {
      hint,
    })
  }
  const settings: SweptRun[] =
    trials === undefined
      ? sweptRuns(recipe, assignments.map(parseSweep))
      : drawnRuns(
          recipe,
          assignments.map((one, i) => ranges[i] ?? { ...parseSweep(one), kind: 'choice' as const }),
          trials,
          seeds[0]!,
        )
  for (const { set } of settings) await chooseRecipe({ ...options, set: [...(options.set ?? []), ...set] })
  return planSweep({ recipe, settings, seeds, backend, version: version() })
}

async function work(plan: Plan, out: string, options: SweepCommand): Promise<void> {
  const { jobs = 1, shard, index, workers, data, json } = options
  const queue = workers === undefined ? undefined : await openQueue(workers, plan)
  const mine = (at: number) => (index === undefined || at === index) && (!shard || at % shard[1] === shard[0] - 1)
  const live = liveLine(process.stderr)
  const { signal, end } = onInterrupt((message) => live.show(message, 'at once'))
  const onEvent = tellEvents(plan.runs.length, json, live)
  try {
    if (queue) await awaitWorkers(plan, { out, queue, signal, onEvent })
    else
      await runSweep(plan, { out, start: startHillock, jobs, mine, args: trainArgs(plan, jobs, data), signal, onEvent })
  } finally {
    live.clear()
    end()
    await queue?.close()
  }
  signal.throwIfAborted()
}

/** Tells how far a sweep is, and which setting is best; gives how far each run is. */
async function tell(out: string, plan: Plan, json: boolean | undefined): Promise<RunStatus[]> {
  const statuses = await statusOf(out, plan)
  const told = sweepStatus(statuses)
  if (json) printEvent('sweep', told.facts)
  else process.stdout.write(`${told.text}\n`)
  return statuses
}
