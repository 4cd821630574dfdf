import type { ChildProcess } from 'node:child_process'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout } from 'node:timers/promises'
import { type RunStatus, recipeFile, runFolder, runStatus, write } from './folder.ts'
import type { Plan, PlannedRun } from './plan.ts'

/** Starts `hillock` with these arguments: standard output is read, standard error too. */
export type Start = (args: readonly string[]) => ChildProcess

export interface SweepOptions {
  /** The folder of the sweep, in which `beginSweep` has written it. */
  readonly out: string
  readonly start: Start
  /** How many runs go on side by side. Default: 1. */
  readonly jobs?: number
  /** Which runs are this process's own, by their place in the list. Default: all. */
  readonly mine?: (index: number) => boolean
  /** Further arguments of `hillock train`, the same for all runs: `--data DIR`. */
  readonly args?: readonly string[]
  /** When it is aborted, no further run begins; those under way are told to stop, and write their checkpoints. */
  readonly signal?: AbortSignal
  readonly onEvent?: (event: SweepEvent) => void
}

/** What happens in a sweep: a run begins, an epoch of it is over, it ends. */
export type SweepEvent =
  | { readonly event: 'begin'; readonly run: PlannedRun; readonly resumed: boolean }
  | { readonly event: 'epoch'; readonly run: PlannedRun; readonly epoch: number; readonly validationAccuracy?: number }
  | ({ readonly event: 'end' } & RunStatus)

/** A run that ends with another code than 2, which stands for a mistake in what was asked, is tried so often. */
const attempts = 3

/**
 * Trains the runs that are not done, each in a process of its own. Runs that were stopped, however that was, go on from their checkpoints and end
 * with the bits of a run never stopped; those that are done are left as they are.
 */
export async function runSweep({ runs }: Plan, options: SweepOptions): Promise<void> {
  const { out, jobs = 1, mine = () => true, signal, onEvent = () => {} } = options
  const waiting = runs.filter((_, index) => mine(index))
  const work = async () => {
    for (let run = waiting.shift(); run !== undefined && !signal?.aborted; run = waiting.shift()) {
      const { state } = await runStatus(out, run)
      if (state === 'done' || state === 'failed') continue
      await attempt(run, options, onEvent)
      onEvent({ event: 'end', ...(await runStatus(out, run)) })
    }
  }
  await Promise.all(Array.from({ length: jobs }, work))
}

async function attempt(run: PlannedRun, options: SweepOptions, onEvent: (event: SweepEvent) => void): Promise<void> {
  const { out, signal } = options
  const folder = runFolder(out, run)
  await write(recipeFile(out, run), run.recipe)
  let last = ''
  let tried = 0
  while (tried < attempts && !signal?.aborted) {
    const { state } = await runStatus(out, run)
    const { code, message } = await child(run, state === 'begun', options, onEvent)
    if (code === 0 || signal?.aborted) return
    if (message.includes('is in use')) {
      // a process that lost its sweep finishes its batch: this is no fault of the run
      await setTimeout(1000)
      continue
    }
    tried += 1
    last = message
    if (code === 2) break
    // a checkpoint that cannot be read does not get better
    if (message.includes('HILLOCK_DATA_DAMAGED')) await rm(join(folder, 'checkpoint.safetensors'), { force: true })
  }
  if (!signal?.aborted) await write(join(folder, 'failed.json'), { message: last })
}

function child(
  run: PlannedRun,
  resumed: boolean,
  { out, start, args = [], signal }: SweepOptions,
  onEvent: (event: SweepEvent) => void,
): Promise<{ readonly code: number; readonly message: string }> {
  const folder = runFolder(out, run)
  const { seed, backend } = run
  const begin = ['--config', recipeFile(out, run), '--seed', String(seed), '--out', folder, '--force']
  const on = backend === undefined ? [] : ['--backend', backend]
  onEvent({ event: 'begin', run, resumed })
  const trained = start(['train', ...(resumed ? ['--resume', folder] : begin), ...on, ...args, '--json'])
  const stop = () => trained.kill('SIGINT')
  signal?.addEventListener('abort', stop)
  if (signal?.aborted) stop()
  let message = ''
  trained.stderr?.on('data', (text) => {
    message = `${message}${text}`.slice(-2000)
  })
  if (trained.stdout)
    createInterface({ input: trained.stdout }).on('line', (line) => {
      const { event, epoch, validationAccuracy } = parsed(line)
      if (event === 'epoch')
        onEvent({ event, run, epoch: Number(epoch), validationAccuracy: Number(validationAccuracy) })
    })
  return new Promise((resolve) => {
    trained.on('error', (error) => resolve({ code: 2, message: error.message }))
    trained.on('close', (code) => {
      signal?.removeEventListener('abort', stop)
      resolve({ code: code ?? 1, message: message.trim() })
    })
  })
}

function parsed(line: string): Readonly<Record<string, unknown>> {
  try {
    return Object(JSON.parse(line)) as Record<string, unknown>
  } catch {
    return {}
  }
}
