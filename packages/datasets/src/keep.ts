import { HillockError } from '@hillock/core'
import { node } from './node.ts'

/** In ms: what a process that writes has not touched for so long, it has left. */
const abandoned = 3_600_000

/**
 * Makes the folder that downloads are kept in, and tries to write there, before anything is fetched. Throws HILLOCK_DATA_MISSING if it
 * cannot be written to.
 */
export async function makeCache(folder: string): Promise<void> {
  const { fs } = node()
  try {
    await makeFolders(folder)
    await fs.access(folder, fs.constants.W_OK)
  } catch (cause) {
    throw notKept(folder, cause)
  }
}

/**
 * Writes a file whole or not at all: under a name of this process alone, flushed, then renamed. Two processes that fetch the same file do
 * not meet. Throws HILLOCK_DATA_MISSING if it cannot be written, and the reason of `signal` if that is aborted.
 */
export async function keep(target: string, bytes: Uint8Array, signal: AbortSignal | undefined): Promise<void> {
  const { fs, path } = node()
  const temporary = `${target}.${crypto.randomUUID()}.part`
  try {
    const file = await fs.open(temporary, 'wx')
    try {
      await file.writeFile(bytes, { signal })
      await file.sync()
    } finally {
      await file.close()
    }
    await removeParts(target, (await fs.stat(temporary)).mtimeMs - abandoned)
    await fs.rename(temporary, target)
    await flush(path.dirname(target))
  } catch (cause) {
    await fs.rm(temporary, { force: true }).catch(() => undefined)
    signal?.throwIfAborted()
    throw notKept(target, cause)
  }
}

const meanings: Readonly<Record<string, string>> = {
  EACCES: 'permission is denied',
  EDQUOT: 'your disk quota is used up',
  EEXIST: 'a file is where a folder is to be',
  EISDIR: 'it is a folder',
  ENOENT: 'it is not there',
  ENOSPC: 'the disk is full',
  ENOTDIR: 'a file is where a folder is to be',
  EPERM: 'permission is denied',
  EROFS: 'the file system is read-only',
}

/** Why the system did not do something, in words. */
export function reasonOf(error: unknown): string {
  const { code = '', message } = error as NodeJS.ErrnoException
  return meanings[code] ?? message
}

function notKept(path: string, cause: unknown): HillockError {
  const hint = 'Make room for it, or set XDG_CACHE_HOME to a folder that can be written to.'
  return new HillockError('HILLOCK_DATA_MISSING', `${path} cannot be written: ${reasonOf(cause)}`, { hint, cause })
}

/** One after another: Node's own `recursive` tries for ever where a file system has no room for folders at all, as /proc. */
async function makeFolders(folder: string): Promise<void> {
  const { fs, path } = node()
  const above = path.dirname(folder)
  const isThere = (place: string) =>
    fs.stat(place).then(
      (found) => found.isDirectory(),
      () => false,
    )
  if (await isThere(folder)) return
  if (above !== folder) await makeFolders(above)
  await fs.mkdir(folder).catch(async (error: unknown) => {
    // another process may have been faster
    if (!(await isThere(folder))) throw error
  })
}

/** Removes what processes left of a file that were killed while they wrote it. */
async function removeParts(target: string, before: number): Promise<void> {
  const { fs, path } = node()
  const [folder, prefix] = [path.dirname(target), `${path.basename(target)}.`]
  for (const name of await fs.readdir(folder)) {
    if (!name.startsWith(prefix) || !name.endsWith('.part')) continue
    const part = path.join(folder, name)
    const touched = await fs.stat(part).catch(() => undefined)
    if (touched && touched.mtimeMs < before) await fs.rm(part, { force: true })
  }
}

/** Flushes the names in a folder, where the system can do that. */
async function flush(folder: string): Promise<void> {
  const opened = await node()
    .fs.open(folder, 'r')
    .catch(() => undefined)
  await opened?.sync().catch(() => undefined)
  await opened?.close()
}
