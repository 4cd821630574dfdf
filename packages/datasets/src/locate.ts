import { HillockError } from '@hillock/core'
import { download } from './download.ts'
import { byHand, cacheFolder, findFiles, folders, type Paths } from './folders.ts'
import { reasonOf } from './keep.ts'
import { node } from './node.ts'
import type { DownloadOptions } from './receive.ts'
import type { IdxSource } from './sources.ts'

export interface LocateOptions extends DownloadOptions {
  /** The folder with the four files, or one that holds a folder of the data set's name. */
  data?: string | undefined
  /** false: never ask the network. */
  download?: boolean | undefined
}

/**
 * The four files: in `data`, in HILLOCK_DATA, in the user's cache, from the mirror, whichever has them first. Throws
 * HILLOCK_DATA_MISSING, saying where it looked, or HILLOCK_DATA_DAMAGED if a download is damaged.
 */
export async function locate(source: IdxSource, options: LocateOptions): Promise<Paths> {
  const { data, download: allowed = true } = options
  const { mirror } = source
  const searched = folders(source, data)
  const missing = (found: string, cause?: unknown, hint = byHand(source)) =>
    new HillockError('HILLOCK_DATA_MISSING', `${source.name}: ${found}`, { hint, cause })
  if (data !== undefined) await checkFolder(data, missing)

  for (const folder of searched) {
    const paths = await findFiles(source, folder)
    if (paths !== undefined) return paths
  }
  const cache = cacheFolder(source)
  const nowhere = `not found in ${[...searched, cache].join(', ')}`
  if (mirror === undefined || !allowed) {
    const paths = await findFiles(source, cache)
    if (paths === undefined) throw missing(nowhere)
    return paths
  }
  return download({ ...source, mirror }, cache, options).catch((cause: unknown) => {
    if (!(cause instanceof HillockError) || cause.code !== 'HILLOCK_DATA_MISSING') throw cause
    throw missing(`${nowhere}; ${cause.message.split('\n')[0]}`, cause, cause.hint)
  })
}

async function checkFolder(data: string, missing: (found: string, cause?: unknown) => HillockError): Promise<void> {
  const { fs, path } = node()
  const found = await fs.stat(data).catch((cause: unknown) => {
    const there =
      (cause as NodeJS.ErrnoException).code === 'ENOENT' ? `there is no folder ${path.resolve(data)}` : undefined
    throw missing(there ?? `${data} cannot be read: ${reasonOf(cause)}`, cause)
  })
  if (!found.isDirectory()) throw missing(`${data} is a file, not a folder`)
}
