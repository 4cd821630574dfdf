import { type DownloadOptions } from './download.ts'
import { type Paths } from './folders.ts'
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
export declare function locate(source: IdxSource, options: LocateOptions): Promise<Paths>
