import { HillockError } from '@hillock/core'
import { byHand, type Paths } from './folders.ts'
import { damaged } from './idx.ts'
import { keep, makeCache, reasonOf } from './keep.ts'
import { node } from './node.ts'
import type { IdxSource, SourceFile } from './sources.ts'

/** How far a download has come. */
export interface DownloadProgress {
  /** Name of the file. */
  file: string
  /** Received so far, of `total`. */
  bytes: number
  /** Bytes of the whole file. */
  total: number
}

export interface DownloadOptions {
  /** What asks for the files. Default: the `fetch` of Node. */
  fetch?: ((address: string, options: { signal?: AbortSignal }) => Promise<Response>) | undefined
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
export async function download(
  source: IdxSource & { mirror: string },
  folder: string,
  options: DownloadOptions = {},
): Promise<Paths> {
  const { path } = node()
  const paths: Partial<Paths> = {}
  for (const part of Object.keys(source.files) as (keyof Paths)[]) {
    const file = source.files[part]
    const address = source.mirror + file.name
    const target = path.join(folder, file.name)
    const present = await read(target)
    if (present === undefined) {
      await makeCache(folder)
      const bytes = await receive(address, source, file, options)
      await check(bytes, file, address, byHand(source))
      await keep(target, bytes, options.signal)
    } else {
      await check(present, file, target, 'Delete it: it will be downloaded again.')
    }
    paths[part] = target
  }
  return paths as Paths
}

/** The bytes of a file, if it is there. */
async function read(path: string): Promise<Uint8Array<ArrayBuffer> | undefined> {
  try {
    return new Uint8Array(await node().fs.readFile(path))
  } catch (cause) {
    if (['ENOENT', 'ENOTDIR'].includes((cause as NodeJS.ErrnoException).code!)) return undefined
    const hint = 'Move it away: it will be downloaded again.'
    throw new HillockError('HILLOCK_DATA_MISSING', `${path} cannot be read: ${reasonOf(cause)}`, { hint, cause })
  }
}

async function receive(
  address: string,
  source: IdxSource,
  file: SourceFile,
  options: DownloadOptions,
): Promise<Uint8Array<ArrayBuffer>> {
  const { fetch = globalThis.fetch, progress, signal } = options
  const unreachable = (found: string, cause?: unknown) => {
    signal?.throwIfAborted()
    return new HillockError('HILLOCK_DATA_MISSING', `${address}: ${found}`, { cause })
  }
  const response = await fetch(address, signal ? { signal } : {}).catch((cause: unknown) => {
    throw unreachable('there is no connection', cause)
  })
  if (!response.ok || response.body === null) throw unreachable(`the server answered ${response.status}`)

  const bytes = new Uint8Array(file.bytes)
  const reader = response.body.getReader()
  let length = 0
  for (;;) {
    const { done, value } = await reader.read().catch((cause: unknown) => {
      throw unreachable(`the connection broke after ${length} of ${file.bytes} bytes`, cause)
    })
    if (done) break
    if (length + value.length > file.bytes) {
      await reader.cancel()
      throw damaged(address, `has more than its ${file.bytes} bytes`, { hint: byHand(source) })
    }
    bytes.set(value, length)
    length += value.length
    progress?.({ file: file.name, bytes: length, total: file.bytes })
  }
  return bytes.subarray(0, length)
}

async function check(bytes: Uint8Array<ArrayBuffer>, file: SourceFile, name: string, hint: string): Promise<void> {
  if (bytes.length !== file.bytes) throw damaged(name, `has ${bytes.length} bytes, not ${file.bytes}`, { hint })
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes))
  const sum = Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('')
  if (sum !== file.sha256) throw damaged(name, `has the SHA-256 ${sum}, not ${file.sha256}`, { hint })
}
