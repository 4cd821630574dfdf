import type { ChildProcess } from 'node:child_process'
import { rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout } from 'node:timers/promises'
import { HillockError } from '@hillock/core'
import { type RunStatus, recipeFile, runFolder, runStatus, write } from './folder.ts'
import type { PlannedRun } from './plan.ts'
import type { Validation } from './validation.ts'

/** Starts `hillock` with these arguments: standard output is read, standard error too. */
export type Start = (args: readonly string[]) => ChildProcess

/** What happens in a sweep: a run begins, an epoch of it is over, it ends. */
export type SweepEvent =
  | { readonly event: 'begin'; readonly run: PlannedRun; readonly resumed: boolean }
  | ({ readonly event: 'epoch'; readonly run: PlannedRun; readonly epoch: number } & Validation)
  | ({ readonly event: 'end' } & RunStatus)

/** How runs are trained, wherever they come from. */
export interface TrainOptions {
  /** The folder of the sweep, in which `beginSweep` has written it. */
  readonly out: string
  /** Starts the process that trains a run. */
  readonly start: Start
  /** Further arguments of `hillock train`, the same for all runs: `--data DIR`. */
  readonly args?: readonly string[]
  /** When it is aborted, no further run begins; those under way are told to stop, and write their checkpoints. */
  readonly signal?: AbortSignal
  /** Told what happens. */
  readonly onEvent?: (event: SweepEvent) => void
  /** A run is paused after this epoch. Default: it goes on to its end. */
  readonly until?: number
}

/** What became of one try: done, stopped from outside, paused, or failed; `final` if another try cannot help. */
export type Outcome = 'done' | 'stopped' | 'paused' | 'further' | { readonly message: string; readonly final: boolean }

/**
 * Trains a run in a process of its own, from its checkpoint where there is one. Gives `further` for one that ended before its time, but has come further
 * than before. Throws HILLOCK_OUTPUT if its folder cannot be written: that is the fault of the place, not of the run.
 */
export async function tryRun(run: PlannedRun, options: TrainOptions): Promise<Outcome> {
  const { out, signal } = options
  await write(recipeFile(out, run), run.recipe)
  while (!signal?.aborted) {
    const checkpoint = join(runFolder(out, run), 'checkpoint.safetensors')
    const before = await changed(checkpoint)
    const { state } = await runStatus(out, run)
    const { code, message, paused } = await child(run, state === 'begun', options)
    if (code === 0) return 'done'
    if (signal?.aborted) break
    if (paused) return 'paused'
    if (message.includes('is in use')) {
      // a process that lost its sweep finishes its batch: this is no fault of the run
      await setTimeout(1000, undefined, { signal }).catch(() => {})
      continue
    }
    const [, found, hint] = /HILLOCK_OUTPUT: (.+)\n?(.*)/.exec(message) ?? []
    if (found !== undefined) throw new HillockError('HILLOCK_OUTPUT', found, { hint: hint || undefined })
    // a checkpoint that cannot be read does not get better
    if (message.includes('HILLOCK_DATA_DAMAGED')) await rm(checkpoint, { force: true })
    else if (code !== 2 && (await changed(checkpoint)) !== before) return 'further'
    return { message, final: code === 2 }
  }
  return 'stopped'
}

/** When a file was last written; undefined where there is none. */
const changed = (path: string): Promise<number | undefined> =>
  stat(path).then(
    ({ mtimeMs }) => mtimeMs,
    () => undefined,
  )

/** Marks a run as failed for good, until someone removes that file. Throws HILLOCK_OUTPUT if it cannot be written. */
export const giveUp = (out: string, run: PlannedRun, message: string): Promise<void> =>
  write(join(runFolder(out, run), 'failed.json'), { message })

interface Ended {
  readonly code: number
  readonly message: string
  /** Whether it was told to stop, having come to `until`. */
  readonly paused: boolean
}

function child(
  run: PlannedRun,
  resumed: boolean,
  { out, start, args = [], signal, until = Number.POSITIVE_INFINITY, onEvent = () => {} }: TrainOptions,
): Promise<Ended> {
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
  let paused = false
  trained.stderr?.on('data', (text) => {
    message = `${message}${text}`.slice(-2000)
  })
  if (trained.stdout)
    createInterface({ input: trained.stdout }).on('line', (line) => {
      const { event, epoch, validationAccuracy, validationLoss } = parsed(line)
      if (event !== 'epoch') return
      // after the batch, as by Ctrl-C: what is trained beyond this epoch is in the checkpoint, too
      if (!paused && Number(epoch) >= until && Number(epoch) < run.recipe.epochs) paused = trained.kill('SIGINT')
      onEvent({ event, run, epoch: Number(epoch), validationAccuracy, validationLoss })
    })
  return new Promise((resolve) => {
    trained.on('error', (error) => resolve({ code: 2, message: error.message, paused }))
    trained.on('close', (code, killed) => {
      signal?.removeEventListener('abort', stop)
      const last = message.trim() || `hillock train ended with ${killed ?? `exit code ${code}`}`
      resolve({ code: code ?? 1, message: last, paused })
    })
  })
}

function parsed(line: string): Validation & { readonly event?: string; readonly epoch?: number } {
  try {
    return Object(JSON.parse(line)) as Validation
  } catch {
    return {}
  }
}
