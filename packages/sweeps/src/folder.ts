import { mkdir, readFile, rename, stat, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { HillockError } from '@hillock/core'
import { type Plan, type PlannedRun, parsePlan } from './plan.ts'
import type { Validation } from './validation.ts'

/** How far a run is: done, begun (a checkpoint is there), failed for good, or still to begin. */
export type RunState = 'done' | 'begun' | 'failed' | 'left'

/** A run, and what came of it so far. */
export interface RunStatus {
  /** The run. */
  readonly run: PlannedRun
  /** How far it has come. */
  readonly state: RunState
  /** Its validation accuracy, from 0 to 1; undefined where examples have no labels. */
  readonly validationAccuracy?: number | undefined
  /** Its loss on the validation set. */
  readonly validationLoss?: number | undefined
  /** Its test accuracy, from 0 to 1; undefined where examples have no labels. */
  readonly testAccuracy?: number | undefined
  /** Its normalised test error, where outputs have values to give. */
  readonly testError?: number | undefined
  /** How long it took. */
  readonly seconds?: number | undefined
  /** Why it failed. */
  readonly error?: string | undefined
}

/** Where the files of a run are. */
export const runFolder = (out: string, { id }: PlannedRun): string => join(out, 'runs', id)

/** Where a run's recipe is kept, for those who would train it alone. */
export const recipeFile = (out: string, run: PlannedRun): string => join(runFolder(out, run), 'recipe.json')

/**
 * Writes `sweep.json` with all runs, before the first one begins. If the folder holds the same sweep, it is resumed: returns the plan there, which
 * a search may have extended. Throws HILLOCK_USAGE if it holds another one, or the same of another version of hillock.
 */
export async function beginSweep(out: string, plan: Plan): Promise<Plan> {
  const before = await readPlan(out)
  if (before === undefined) {
    await writePlan(out, plan)
    return plan
  }
  checkVersion(before, plan.version, out)
  const idOf = ({ search, runs, stop }: Plan) => [stop, search?.id ?? runs.map(({ id }) => id)].join()
  if (idOf(before) === idOf(plan)) return before
  const hint = 'give --out another folder, or omit --sweep to resume the sweep there'
  throw new HillockError('HILLOCK_USAGE', `${out} holds another sweep, of ${before.runs.length} runs`, { hint })
}

/** Writes a sweep's runs, as those of a search that has gone further. Throws HILLOCK_OUTPUT if it cannot. */
export const writePlan = (out: string, plan: Plan): Promise<void> => write(join(out, 'sweep.json'), plan)

/** The sweep of a folder, if there is one. Throws HILLOCK_DATA_MISSING if its file cannot be read, HILLOCK_DATA_DAMAGED if the file is not valid. */
export async function readPlan(out: string): Promise<Plan | undefined> {
  const path = join(out, 'sweep.json')
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined
    throw new HillockError('HILLOCK_DATA_MISSING', `${path} cannot be read: ${error.message}`, { cause: error })
  })
  return text === undefined ? undefined : parsePlan(text, path)
}

/** Throws HILLOCK_USAGE if another version of hillock began the sweep: its runs could not be compared. */
export function checkVersion(plan: Plan, version: string, out: string): void {
  if (plan.version === version) return
  const hint = `install hillock ${plan.version}, or sweep into another folder`
  throw new HillockError('HILLOCK_USAGE', `${out} was started by hillock ${plan.version}, but this is ${version}`, {
    hint,
  })
}

/** How far each run is. A run is done when its report is there and tells that it was not stopped. */
export function statusOf(out: string, { runs }: Plan): Promise<RunStatus[]> {
  return Promise.all(runs.map((run) => runStatus(out, run)))
}

export async function runStatus(out: string, run: PlannedRun): Promise<RunStatus> {
  const folder = runFolder(out, run)
  const report = await json(join(folder, 'report.json'))
  if (report?.result && report.result.stopped === false) {
    const { validationAccuracy, validationLoss } = report.epochs?.at(-1) ?? {}
    const { testAccuracy, testError, seconds } = report.result
    return { run, state: 'done', validationAccuracy, validationLoss, testAccuracy, testError, seconds }
  }
  const failure = await json(join(folder, 'failed.json'))
  if (failure) return { run, state: 'failed', error: String(failure.message) }
  const begun = await stat(join(folder, 'checkpoint.safetensors')).catch(() => undefined)
  return { run, state: begun ? 'begun' : 'left' }
}

interface Report {
  readonly result?: Pick<RunStatus, 'testAccuracy' | 'testError' | 'seconds'> & { readonly stopped?: boolean }
  readonly epochs?: readonly Validation[]
  readonly message?: string
}

const json = async (path: string): Promise<Report | undefined> => {
  try {
    return JSON.parse(await readFile(path, 'utf8')) as Report
  } catch {
    return undefined
  }
}

/** Writes a file whole or not at all. Throws HILLOCK_OUTPUT if it cannot be written. */
export async function write(path: string, content: object): Promise<void> {
  try {
    await mkdir(dirname(path), { recursive: true })
    await writeFile(`${path}.${process.pid}.tmp`, `${JSON.stringify(content, null, 2)}\n`)
    await rename(`${path}.${process.pid}.tmp`, path)
  } catch (cause) {
    const found = `${path} cannot be written: ${(cause as Error).message}`
    throw new HillockError('HILLOCK_OUTPUT', found, { hint: 'make room, or give --out another folder', cause })
  }
}
