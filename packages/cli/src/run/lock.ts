import { spawnSync } from 'node:child_process'
import { closeSync, constants, openSync } from 'node:fs'
import { join } from 'node:path'
import { HillockError, type Warning } from '@hillock/core'
import { meaningOf } from '../output/reasons.ts'

/** A folder that no other run writes into. */
export interface FolderLock {
  release(): void
  /** Why the folder could not be locked, on a system or a disk that cannot. */
  readonly warning?: Warning
}

/** What `open` takes as O_EXLOCK on macOS and the BSDs, and what libuv takes in its place on Windows. */
const exclusive = process.platform === 'win32' ? 0x10000000 : 0x20
/** For Windows: the file goes when it is closed. */
const temporary = 0x40

/**
 * Locks a folder against other processes. The lock is the system's: it ends with the process, however that ends, and leaves nothing
 * behind; it holds between containers that share the folder. On Linux it is `flock` on the folder itself, which Node.js cannot do: the
 * command of that name locks the descriptor it inherits, and this process keeps it. Throws HILLOCK_OUTPUT if another process has it.
 */
export function lockFolder(folder: string): FolderLock {
  const found = tryLock(folder)
  if (typeof found === 'number') {
    const descriptor = found
    return { release: () => closeSync(descriptor) }
  }
  if (found === held) {
    const hint = 'wait until that is done, or choose another folder with --out'
    throw new HillockError('HILLOCK_OUTPUT', `${folder} is in use: another run writes there`, { hint })
  }
  const message = `${folder} cannot be locked (${found}): make sure that no other run writes there`
  return { release() {}, warning: { code: 'HILLOCK_OUTPUT', message } }
}

const held = 'held'

/** The descriptor that holds the lock, or what was in the way. */
function tryLock(folder: string): number | string {
  const { platform } = process
  try {
    if (platform === 'linux' || platform === 'android') return lockByCommand(folder)
    if (platform === 'win32' || platform === 'darwin' || platform.endsWith('bsd')) return lockByOpening(folder)
    return `locking is not supported on ${platform}`
  } catch (error) {
    return meaningOf(error)
  }
}

function lockByCommand(folder: string): number | string {
  const descriptor = openSync(folder, 'r')
  try {
    const { status, stderr, error } = spawnSync('flock', ['-n', '3'], {
      stdio: ['ignore', 'ignore', 'pipe', descriptor],
    })
    if (status === 0) return descriptor
    closeSync(descriptor)
    if (status === 1 && stderr.length === 0) return held
    return error === undefined ? String(stderr).trim() : 'there is no command flock'
  } catch (error) {
    closeSync(descriptor)
    throw error
  }
}

function lockByOpening(folder: string): number | string {
  const windows = process.platform === 'win32'
  const { O_CREAT, O_NONBLOCK, O_RDONLY, O_RDWR } = constants
  try {
    return windows
      ? openSync(join(folder, 'hillock.lock'), O_CREAT | O_RDWR | temporary | exclusive)
      : openSync(folder, O_RDONLY | O_NONBLOCK | exclusive)
  } catch (error) {
    if (['EAGAIN', 'EBUSY'].includes((error as NodeJS.ErrnoException).code ?? '')) return held
    throw error
  }
}
