import { randomBytes } from 'node:crypto'
import { constants, rmSync } from 'node:fs'
import { access, mkdir, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { HillockError } from '@hillock/core'
import { suggestion } from '@hillock/core/errors'
import { kindOf, missingIn, reasonOf } from './reasons.ts'

/** In ms: what a process that writes has not touched for so long, it has left. */
const abandoned = 3_600_000

/**
 * Writes a file whole or not at all: under a temporary name, flushed, then renamed, then the folder flushed, so that it outlasts a power
 * cut as well. Throws HILLOCK_OUTPUT if that is not possible.
 */
export async function writeWhole(path: string, content: string | Uint8Array): Promise<void> {
  const temporary = `${path}.${randomBytes(8).toString('hex')}.tmp`
  // a signal may end the process meanwhile
  const leaveNothing = () => rmSync(temporary, { force: true })
  process.on('exit', leaveNothing)
  try {
    await makeFolder(dirname(path))
    // a file of that name is not ours: it may be a link to anywhere
    const file = await open(temporary, 'wx')
    try {
      await file.writeFile(content)
      await file.sync()
    } finally {
      await file.close()
    }
    // by the clock of the disk, which may be that of another machine
    await removeLeftovers(path, (await stat(temporary)).mtimeMs - abandoned)
    await rename(temporary, path)
    await syncFolder(dirname(path))
  } catch (cause) {
    await rm(temporary, { force: true }).catch(() => {})
    throw await notWritten(path, cause)
  } finally {
    process.off('exit', leaveNothing)
  }
}

/** Makes a folder, so that a run does not find out at its end that it cannot write there. Throws HILLOCK_OUTPUT if it cannot. */
export async function makeFolder(path: string): Promise<void> {
  try {
    await makeFolders(path)
    await access(path, constants.W_OK)
  } catch (cause) {
    throw await notWritten(path, cause)
  }
}

/** Node's own `recursive` tries for ever where a file system has no room for folders at all, as /proc. */
async function makeFolders(path: string): Promise<void> {
  const make = async () => {
    try {
      await mkdir(path)
      await syncFolder(dirname(path))
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST' || (await kindOf(path)) !== 'folder') throw error
    }
  }
  await make().catch(async (error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT' || dirname(path) === path) throw error
    await makeFolders(dirname(path))
    await make()
  })
}

/** What systems and disks answer that cannot flush a folder. */
const cannotFlush = ['EACCES', 'EBADF', 'EINVAL', 'EISDIR', 'ENOTSUP', 'EPERM']

/** Flushes the names in a folder; that of a file which was renamed is otherwise lost with the power. */
async function syncFolder(path: string): Promise<void> {
  try {
    const folder = await open(path, 'r')
    await folder.sync().finally(() => folder.close())
  } catch (error) {
    if (!cannotFlush.includes((error as NodeJS.ErrnoException).code ?? '')) throw error
  }
}

/**
 * The bytes of a file that the user named. Throws HILLOCK_USAGE, with `hint` or a name that is near, if they cannot be had.
 */
export async function readNamed(path: string, hint: string): Promise<Uint8Array> {
  try {
    return await readFile(path)
  } catch (cause) {
    const missing = (cause as NodeJS.ErrnoException).code === 'ENOENT' ? await missingIn(path) : undefined
    const near = missing && suggestion(missing.name, await readdir(missing.folder).catch(() => []))
    const found = `${path} cannot be read: ${await reasonOf(cause, path)}`
    throw new HillockError('HILLOCK_USAGE', found, { hint: near ?? hint, cause })
  }
}

/** Removes what processes left that were killed while they wrote `path`: temporary files last touched before a time in ms, if it may. */
export async function removeLeftovers(path: string, before: number): Promise<void> {
  const prefix = `${basename(path)}.`
  for (const name of await readdir(dirname(path)).catch(() => [])) {
    if (!name.startsWith(prefix) || !/^(\d+|[0-9a-f]{16})\.tmp$/.test(name.slice(prefix.length))) continue
    const leftover = join(dirname(path), name)
    const touched = await stat(leftover).catch(() => undefined)
    if (touched && touched.mtimeMs < before) await rm(leftover, { force: true }).catch(() => {})
  }
}

async function notWritten(path: string, cause: unknown): Promise<HillockError> {
  if (cause instanceof HillockError) return cause
  const hint = 'with --out, choose a folder that you can write to, on a disk with room'
  return new HillockError('HILLOCK_OUTPUT', `${path} cannot be written: ${await reasonOf(cause, path)}`, {
    hint,
    cause,
  })
}
