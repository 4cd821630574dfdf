import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { HillockError, type Warning } from '@hillock/core'
import {
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
  type SweepEvent,
  type SweptRun,
  settingsText,
  statusOf,
  sweptRuns,
} from '@hillock/sweeps'
import { home, version } from '../home.ts'
import { makeFolder } from '../output/files.ts'
import { printEvent } from '../output/print-event.ts'
import { sweepStatus } from '../output/sweep-status.ts'
import { percent } from '../output/table.ts'
import { liveLine } from '../output/terminal.ts'
import { chooseBackend } from '../plugins/backends.ts'
import { type Choice, chooseRecipe } from '../run/choose.ts'
import { onInterrupt } from '../run/interrupt.ts'
import { lockFolder } from '../run/lock.ts'

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
  readonly backend?: string
  readonly data?: string
  readonly json?: boolean
}

/**
 * Trains a recipe with many settings, or goes on with that, or tells how far it is. Throws HILLOCK_USAGE for a folder that is missing or holds another
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
  const hint = `their reasons are in ${join(out, 'runs', failed[0]!.run.id, 'failed.json')} and its like; remove that file to try a run again`
  throw new HillockError('HILLOCK_USAGE', `${failed.length} of ${plan.runs.length} runs failed`, { hint })
}

const warn = ({ code, message }: Warning) => process.stderr.write(`warning ${code}: ${message}\n`)

/** The sweep that a folder holds. Throws HILLOCK_USAGE if there is none. */
async function planOf(out: string): Promise<Plan> {
  const plan = await readPlan(out)
  if (plan === undefined) {
    const hint = 'begin one: hillock sweep --recipe demo --sweep hidden=32,64 --out DIR'
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
    const hint = 'say how many settings are drawn: --trials 20'
    throw new HillockError('HILLOCK_USAGE', `--sweep ${assignments[drawn]} is a range, and a grid takes values`, {
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
  const { jobs = 1, shard, index, data, json } = options
  const mine = (at: number) => (index === undefined || at === index) && (!shard || at % shard[1] === shard[0] - 1)
  const live = liveLine(process.stderr)
  const { signal, end } = onInterrupt((message) => live.show(message, 'at once'))
  const seen = tellEvents(plan.runs.length, json, live)
  const start = (args: readonly string[]) =>
    spawn(process.execPath, [join(home, 'bin', 'hillock.js'), ...args], { stdio: ['ignore', 'pipe', 'pipe'] })
  const [first] = plan.runs
  const threaded = first && chooseBackend({ backend: first.backend }, first.recipe.backend).name === 'wasm'
  const args = [...(data === undefined ? [] : ['--data', data]), ...(jobs > 1 && threaded ? ['--threads', '1'] : [])]
  try {
    await runSweep(plan, { out, start, jobs, mine, args, signal, onEvent: seen })
  } finally {
    live.clear()
    end()
  }
  signal.throwIfAborted()
}

function tellEvents(
  runs: number,
  json: boolean | undefined,
  live: ReturnType<typeof liveLine>,
): (event: SweepEvent) => void {
  let ended = 0
  return (event) => {
    const { id, settings, seed } = event.run
    const name = `${settingsText(settings)}, seed ${seed}`
    if (json) {
      const { run: _, event: what, ...rest } = event
      printEvent(what, { id, settings, seed, ...rest })
    } else if (event.event === 'epoch')
      live.show(
        `${name}: epoch ${event.epoch}/${event.run.recipe.epochs}, validation ${percent(event.validationAccuracy)}`,
      )
    else if (event.event === 'end') {
      ended += 1
      live.clear()
      const came = event.state === 'done' ? `validation ${percent(event.validationAccuracy)}` : event.state
      process.stdout.write(`${name}: ${came}  (${ended} of ${runs})\n`)
    }
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
