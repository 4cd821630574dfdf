import { HillockError } from '@hillock/core'
import { type DownloadOptions, download } from './download.ts'
import { byHand, cacheFolder, findFiles, folders, type Paths } from './folders.ts'
import { node } from './node.ts'
import type { IdxSource } from './sources.ts'

export interface LocateOptions extends DownloadOptions {
  /** The folder with the four files, or one that holds a folder of the data set's name. */
  data?: string | undefined
  /** false: never ask the network. */
  download?: boolean | undefined
}

/**
 * The four files: in `data`, in HILLOCK_DATA, in the user's cache, from the mirror, whichever has them first. Throws
 * HILLOCK_DATA_MISSING, saying where it looked, or HILLOCK_DATA_DAMAGED for a bad download.
 */
export async function locate(source: IdxSource, options: LocateOptions): Promise<Paths> {
  const { data, download: allowed = true } = options
  const { mirror } = source
  const searched = folders(source, data)
  const missing = (found: string, cause?: unknown) =>
    new HillockError('HILLOCK_DATA_MISSING', `${source.name}: ${found}`, { hint: byHand(source), cause })
  if (data !== undefined && !(await isFolder(data))) throw missing(`there is no folder ${data}`)

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
    throw missing(`${nowhere}; ${cause.message}`, cause)
  })
}

async function isFolder(path: string): Promise<boolean> {
  const stat = await node()
    .fs.stat(path)
    .catch(() => undefined)
  return stat?.isDirectory() ?? false
}
