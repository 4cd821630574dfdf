import { mkdir, open, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { HillockError } from '@hillock/core'

/** Writes a file whole or not at all: under a temporary name, flushed, then renamed. Errors: HILLOCK_OUTPUT. */
export async function writeWhole(path: string, content: string | Uint8Array): Promise<void> {
  const temporary = `${path}.${process.pid}.tmp`
  try {
    await makeFolder(dirname(path))
    const file = await open(temporary, 'w')
    try {
      await file.writeFile(content)
      await file.sync()
    } finally {
      await file.close()
    }
    await rename(temporary, path)
  } catch (cause) {
    await rm(temporary, { force: true })
    throw notWritten(path, cause)
  }
}

/** Makes a folder, so that a run does not find out at its end that it cannot. Errors: HILLOCK_OUTPUT. */
export async function makeFolder(path: string): Promise<void> {
  await mkdir(path, { recursive: true }).catch((cause: unknown) => {
    throw notWritten(path, cause)
  })
}

function notWritten(path: string, cause: unknown): HillockError {
  if (cause instanceof HillockError) return cause
  const hint = 'choose a folder with --out that can be written to, with room left'
  return new HillockError('HILLOCK_OUTPUT', `${path} cannot be written: ${(cause as Error).message}`, { hint, cause })
}
