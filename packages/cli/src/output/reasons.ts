import { stat } from 'node:fs/promises'
import { basename, dirname, resolve } from 'node:path'

/** What the system means by a code, in words. */
const meanings: Readonly<Record<string, string>> = {
  EACCES: 'permission is denied',
  EBUSY: 'another program is using it',
  EDQUOT: 'your disk quota is used up',
  EFBIG: 'it is larger than a file may be',
  EIO: 'the disk fails',
  ELOOP: 'its links form a circle',
  EMFILE: 'too many files are open',
  ENAMETOOLONG: 'its name is too long',
  ENFILE: 'too many files are open',
  ENOSPC: 'the disk is full',
  EPERM: 'permission is denied',
  EROFS: 'the file system is read-only',
  ERR_ACCESS_DENIED: 'Node.js was started without permission for that',
}

/** Why something could not be done with the file or folder `path`. */
export async function reasonOf(error: unknown, path: string): Promise<string> {
  const { code } = error as NodeJS.ErrnoException
  if (code === 'ENOENT') {
    const { folder, name } = await missingIn(path)
    return `there is no '${name}' in ${folder}`
  }
  if (code === 'EISDIR') return 'it is a folder'
  if (code === 'ENOTDIR' || code === 'EEXIST') {
    const file = await fileAbove(path)
    return file === undefined ? 'a link in its path points to nothing' : `${file} is a file, not a folder`
  }
  return meaningOf(error)
}

/** What the system means by an error, whatever it is about. */
export function meaningOf(error: unknown): string {
  const { code = '', message } = error as NodeJS.ErrnoException
  return Object.hasOwn(meanings, code) ? `${meanings[code]} (${code})` : message
}

/** The first part of a path that is not there, and the folder that lacks it. */
export async function missingIn(path: string): Promise<{ folder: string; name: string }> {
  let missing = resolve(path)
  while ((await kindOf(dirname(missing))) === undefined && dirname(missing) !== missing) missing = dirname(missing)
  return { folder: dirname(missing), name: basename(missing) }
}

/** The part of a path that is a file. */
async function fileAbove(path: string): Promise<string | undefined> {
  for (let above = path; ; above = dirname(above)) {
    if ((await kindOf(above)) === 'file') return above
    if (dirname(above) === above) return undefined
  }
}

/** What is at a path; undefined if nothing is, or nothing that one may look at. */
export async function kindOf(path: string): Promise<'file' | 'folder' | undefined> {
  const found = await stat(path).catch(() => undefined)
  return found && (found.isDirectory() ? 'folder' : 'file')
}
