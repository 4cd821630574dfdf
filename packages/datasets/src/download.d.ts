import { type Paths } from './folders.ts'
import type { IdxSource } from './sources.ts'
export interface DownloadProgress {
  file: string
  /** Received so far, of `total`. */
  bytes: number
  total: number
}
export interface DownloadOptions {
  /** What asks for the files. Default: the `fetch` of Node. */
  fetch?:
    | ((
        address: string,
        options: {
          signal?: AbortSignal
        },
      ) => Promise<Response>)
    | undefined
  /** Stops the download when aborted, and throws its reason. No part of a file is left. */
  signal?: AbortSignal | undefined
  /** Called as a file comes in. */
  progress?: ((progress: DownloadProgress) => void) | undefined
}
/**
 * Brings the files that `folder` lacks from the mirror. A file gets its name only when it is whole: its SHA-256 is
 * checked before it is written, it is written under a temporary name, flushed, then renamed. Files that are there already are
 * checked as well. Throws HILLOCK_DATA_MISSING (not reachable) or HILLOCK_DATA_DAMAGED (not the file that it should be), and the
 * reason of `signal` if that is aborted.
 */
export declare function download(
  source: IdxSource & {
    mirror: string
  },
  folder: string,
  options?: DownloadOptions,
): Promise<Paths>
