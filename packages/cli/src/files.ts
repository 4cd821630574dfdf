import { constants } from 'node:fs'
import { access, mkdir, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { HillockError } from '@hillock/core'

/** Writes a file whole or not at all: under a temporary name, flushed, then renamed. Errors: HILLOCK_OUTPUT. */
export async function writeWhole(path: string, content: string | Uint8Array): Promise<void> {
  const temporary = `${path}.${process.pid}.tmp`
  try {
    await makeFolder(dirname(path))
    await removeLeftovers(path)
    // a file of that name is not ours: it may be a link to anywhere
    const file = await open(temporary, 'wx')
    try {
      await file.writeFile(content)
      await file.sync()
    } finally {
      await file.close()
    }
    await rename(temporary, path)
  } catch (cause) {
    await rm(temporary, { force: true }).catch(() => {})
    throw notWritten(path, cause)
  }
}

/** Makes a folder, so that a run does not find out at its end that it cannot write there. Errors: HILLOCK_OUTPUT. */
export async function makeFolder(path: string): Promise<void> {
  try {
    await makeFolders(path)
    await access(path, constants.W_OK)
  } catch (cause) {
    throw notWritten(path, cause)
  }
}

/** Node's own `recursive` tries for ever where a file system has no room for folders at all, as /proc. */
async function makeFolders(path: string): Promise<void> {
  const make = () =>
    mkdir(path).catch(async (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST' || !(await stat(path)).isDirectory()) throw error
    })
  await make().catch(async (error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT' || dirname(path) === path) throw error
    await makeFolders(dirname(path))
    await make()
  })
}

/** The bytes of a file that the user named. Errors: HILLOCK_USAGE with `hint` where they cannot be had. */
export function readNamed(path: string, hint: string): Promise<Uint8Array> {
  return readFile(path).catch((cause: unknown) => {
    throw new HillockError('HILLOCK_USAGE', `${path} cannot be read: ${(cause as Error).message}`, { hint, cause })
  })
}

/** Removes temporary files of processes that were killed while they wrote. */
async function removeLeftovers(path: string): Promise<void> {
  const prefix = `${basename(path)}.`
  for (const name of await readdir(dirname(path))) {
    const process = name.startsWith(prefix) ? /^(\d+)\.tmp$/.exec(name.slice(prefix.length))?.[1] : undefined
    if (process !== undefined && !isOther(Number(process))) await rm(join(dirname(path), name), { force: true })
  }
}

/** Whether a process of this number runs that is not this one. */
function isOther(id: number): boolean {
  if (id === process.pid) return false
  try {
    process.kill(id, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

function notWritten(path: string, cause: unknown): HillockError {
  if (cause instanceof HillockError) return cause
  const hint = 'choose a folder with --out that can be written to, with room left'
  return new HillockError('HILLOCK_OUTPUT', `${path} cannot be written: ${(cause as Error).message}`, { hint, cause })
}
