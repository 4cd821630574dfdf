import { HillockError } from '@hillock/core'
import { is } from '@hillock/core/options'
import { archives, bringArchives } from '../archives.ts'
import { aNumber, checkCount, split, take } from '../dataset.ts'
import { cacheFolder, folders } from '../folders.ts'
import { reasonOf } from '../keep.ts'
import { node } from '../node.ts'
import { type DownloadOptions, downloadOptions } from '../receive.ts'
import type { EventSource } from './event-source.ts'
import type { Frames } from './frames.ts'

/** Options that the data sets of recordings share. */
export interface EventDatasetOptions extends DownloadOptions {
  /** false: never ask the network. */
  readonly download?: boolean | undefined
  /** The folder with the files, or one that holds a folder of the data set's name. Default: HILLOCK_DATA, then the user's cache. */
  readonly data?: string | undefined
  /** How events become spikes at time steps. */
  readonly frames?: Frames
  /** Use only the first so many training recordings, the validation ones among them. */
  readonly limit?: number | undefined
}

export const eventDatasetOptions = {
  data: is.text,
  ...downloadOptions,
  frames: is.made('frames({ steps: 100 })', 'encode', 'shape', 'steps'),
  limit: aNumber,
}

/**
 * What `found` says of the first folder that it says anything of; if there is none, its archives are downloaded into the user's cache, where there are
 * such. Throws HILLOCK_DATA_MISSING, saying where it looked and `hint`, HILLOCK_DATA_DAMAGED if a download is damaged, and the reason of `signal`.
 */
export async function firstFolder<T>(
  name: string,
  { data, download = true, ...how }: EventDatasetOptions,
  found: (folder: string) => Promise<T | undefined>,
  hint: string,
): Promise<T> {
  const cache = cacheFolder({ name })
  const searched = [...folders({ name }, data), cache]
  for (const folder of searched) {
    const what = await found(folder)
    if (what !== undefined) return what
  }
  const missing = (more: string, cause?: unknown) =>
    new HillockError('HILLOCK_DATA_MISSING', `${name}: not found in ${searched.join(', ')}${more}`, { hint, cause })
  const wanted = archives[name]
  if (wanted === undefined || !download) throw missing('')
  await bringArchives(wanted, cache, how, hint).catch((cause: unknown) => {
    if (!(cause instanceof HillockError) || cause.code !== 'HILLOCK_DATA_MISSING') throw cause
    throw missing(`; ${cause.message.split('\n')[0]}`, cause)
  })
  const what = await found(cache)
  if (what !== undefined) return what
  throw missing('')
}

/** Names in a folder, in order; none where there is no such folder. */
export async function namesIn(folder: string): Promise<string[]> {
  const names = await node()
    .fs.readdir(folder)
    .catch(() => [])
  return names.sort()
}

/** The bytes of a file. Throws HILLOCK_DATA_MISSING if it cannot be read. */
export async function bytesIn(path: string): Promise<Uint8Array> {
  return node()
    .fs.readFile(path)
    .catch((cause: unknown) => {
      const hint = 'See to it that you may read it, or give another folder.'
      throw new HillockError('HILLOCK_DATA_MISSING', `${path} cannot be read: ${reasonOf(cause)}`, { hint, cause })
    })
}

/** The first `limit` recordings, `validation` ones drawn from them by the seed. Throws HILLOCK_RANGE if there are fewer. */
export function heldBack(
  source: EventSource,
  {
    limit = source.count,
    validation = 0,
    seed = 0,
  }: { limit?: number | undefined; validation?: number; seed?: number },
): { readonly train: EventSource; readonly validation?: EventSource } {
  checkCount('limit', limit, 1, source.count)
  checkCount('validation', validation, 0, limit - 1)
  const some = take(source, limit)
  return validation === 0 ? { train: some } : split(some, { validation, seed })
}
