import { readFile, realpath, rm } from 'node:fs/promises'
import { basename } from 'node:path'
import { HillockError, type Warning } from '@hillock/core'
import { pointOf, readRun } from '@hillock/recipes'
import { makeFolder, removeLeftovers } from '../output/files.ts'
import { kindOf, reasonOf } from '../output/reasons.ts'
import { type FolderLock, lockFolder } from './lock.ts'
import { chooseRun, type Run, type RunOptions } from './resume.ts'
import { filesIn } from './run-files.ts'

/** A run, and the folder that it has for itself. */
export interface Begun {
  readonly run: Run
  /** Whether it goes on where it is, with the checkpoint that is there. */
  readonly here: boolean
  /** Removes the files of another run that is to be written over. Throws HILLOCK_OUTPUT if they cannot be. */
  clear(): Promise<void>
  release(): void
}

/**
 * Chooses a run, and takes its folder: makes it, locks it, and removes what killed processes left half written. Throws HILLOCK_OUTPUT if
 * another run writes there, or has written there and `force` is not given; HILLOCK_USAGE if `force` is given and a run is resumed in its folder; and
 * what `chooseRun` throws.
 */
export async function beginRun(options: RunOptions, warn: (warning: Warning) => void): Promise<Begun> {
  const { resume, out = resume, force = false } = options
  const here = resume !== undefined && (await isSame(resume, out!))
  if (here && force) {
    const hint = 'omit --force to resume, or --resume to start again'
    throw new HillockError('HILLOCK_USAGE', '--resume cannot be used with --force', { hint })
  }
  let lock: FolderLock | undefined
  const take = async (folder: string) => {
    lock = await takeFolder(folder)
    if (lock.warning) warn(lock.warning)
  }
  try {
    // before it is read: a run that is under way goes further
    if (here && (await kindOf(resume)) === 'folder') await take(resume)
    const run = await chooseRun(options)
    if (out !== undefined && lock === undefined) {
      await take(out)
      if (!force) await refuseRun(out)
    }
    const clear = async () => {
      if (out !== undefined && force) await removeRun(out)
    }
    return { run, here, clear, release: () => lock?.release() }
  } catch (error) {
    lock?.release()
    throw error
  }
}

/** Throws HILLOCK_OUTPUT if a folder holds a run, telling how far that had come. */
export async function refuseRun(folder: string): Promise<void> {
  const { checkpoint, model, report } = filesIn(folder)
  for (const path of [checkpoint, model, report]) {
    if ((await kindOf(path)) === undefined) continue
    const told = await stateOf(folder).catch(() => undefined)
    const found = told?.state ?? `${basename(path)} of another run`
    const hint = `${told ? `${told.resume}, ` : ''}choose another folder with --out, or overwrite it with --force`
    throw new HillockError('HILLOCK_OUTPUT', `${folder} holds ${found}`, { hint })
  }
}

/** How far a folder's run had come, and how to go on with it. */
async function stateOf(folder: string): Promise<{ state: string; resume: string }> {
  const { checkpoint } = filesIn(folder)
  const { recipe, counters } = readRun(await readFile(checkpoint), checkpoint)
  const point = pointOf(counters)
  return counters.epochs >= recipe.epochs
    ? { state: `a finished run, ${point}`, resume: `train it longer with --resume ${folder} --epochs N` }
    : { state: `a run that was stopped ${point}`, resume: `resume it with --resume ${folder}` }
}

async function takeFolder(folder: string): Promise<FolderLock> {
  await makeFolder(folder)
  const paths = Object.values(filesIn(folder))
  for (const path of paths) {
    if ((await kindOf(path)) !== 'folder') continue
    const hint = 'move it, or choose another folder with --out'
    throw new HillockError('HILLOCK_OUTPUT', `${path} is a folder, but a file has to be written there`, { hint })
  }
  const lock = lockFolder(folder)
  // no other process writes these while it is locked
  if (lock.warning === undefined) for (const path of paths) await removeLeftovers(path, Number.POSITIVE_INFINITY)
  return lock
}

async function removeRun(folder: string): Promise<void> {
  for (const path of Object.values(filesIn(folder))) {
    await rm(path, { force: true }).catch(async (cause: unknown) => {
      const found = `${path} cannot be removed: ${await reasonOf(cause, path)}`
      throw new HillockError('HILLOCK_OUTPUT', found, { hint: 'choose another folder with --out', cause })
    })
  }
}

/** Whether two paths lead to the same folder. */
async function isSame(a: string, b: string): Promise<boolean> {
  if (a === b) return true
  const [one, other] = await Promise.all([a, b].map((path) => realpath(path).catch(() => undefined)))
  return one !== undefined && one === other
}
