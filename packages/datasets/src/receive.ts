import { HillockError } from '@hillock/core'
import { damaged } from './damaged.ts'
import type { SourceFile } from './sources.ts'

/** How far a download has come. */
export interface DownloadProgress {
  /** Name of the file. */
  file: string
  /** Received so far, of `total`. */
  bytes: number
  /** Bytes of the whole file. */
  total: number
}

/** How files are downloaded. */
export interface DownloadOptions {
  /**
   * What asks for the files. A try that goes on from what has come gives `headers`, with a Range. Default: the `fetch` of Node.
   */
  fetch?:
    | ((
        address: string,
        options: { signal?: AbortSignal; headers?: Readonly<Record<string, string>> },
      ) => Promise<Response>)
    | undefined
  /** Milliseconds to wait before each further try, where there is no connection or it breaks; [] tries once. Default: [1000, 2000, 4000]. */
  waits?: readonly number[] | undefined
  /** Stops the download when aborted, and throws its reason. What has come of a file is kept for the next download. */
  signal?: AbortSignal | undefined
  /** Called as a file comes in. */
  progress?: ((progress: DownloadProgress) => void) | undefined
}

/** What has come of a file: the first `length` of its `bytes`. */
export interface Received {
  readonly bytes: Uint8Array<ArrayBuffer>
  length: number
}

/** Why a file is not whole yet. */
export interface Failure {
  readonly error: HillockError
  /** It may pass: the next try may get further. */
  readonly passing: boolean
}

/**
 * Asks for what `received` lacks, and adds what comes; it starts anew where the server sends no parts of files. Gives what went wrong, or undefined at
 * the end of what the server sends. Throws HILLOCK_DATA_DAMAGED, with `hint`, if that is more than the file should have, and the reason of `signal` if
 * that is aborted.
 */
export async function receive(
  address: string,
  file: SourceFile,
  received: Received,
  { fetch = globalThis.fetch, progress, signal }: DownloadOptions,
  hint: string,
): Promise<Failure | undefined> {
  const failure = (found: string, passing: boolean, cause?: unknown): Failure => {
    signal?.throwIfAborted()
    return { error: new HillockError('HILLOCK_DATA_MISSING', `${address}: ${found}`, { cause }), passing }
  }
  const from = received.length
  const headers = from === 0 ? {} : { headers: { range: `bytes=${from}-` } }
  let response: Response
  try {
    response = await fetch(address, { ...headers, ...(signal && { signal }) })
  } catch (cause) {
    return failure('there is no connection', true, cause)
  }
  const { ok, status, body } = response
  const start = status === 206 ? startOf(response) : 0
  const beyond = status === 416 || (ok && !(start <= from))
  if (beyond) received.length = 0
  if (!ok || beyond || body === null) {
    await body?.cancel()
    return failure(`the server answered ${status}`, (beyond && from > 0) || status === 429 || status >= 500)
  }

  received.length = start
  const reader = body.getReader()
  for (;;) {
    let piece: ReadableStreamReadResult<Uint8Array>
    try {
      piece = await reader.read()
    } catch (cause) {
      return failure(`the connection broke after ${received.length} of ${file.bytes} bytes`, true, cause)
    }
    if (piece.done) return undefined
    if (received.length + piece.value.length > file.bytes) {
      await reader.cancel()
      throw damaged(address, `has more than its ${file.bytes} bytes`, { hint })
    }
    received.bytes.set(piece.value, received.length)
    received.length += piece.value.length
    progress?.({ file: file.name, bytes: received.length, total: file.bytes })
  }
}

/** Where a part of a file starts; NaN where the server does not say it. */
const startOf = ({ headers }: Response): number =>
  Number(/^bytes (\d+)-/.exec(headers.get('content-range') ?? '')?.[1] ?? NaN)
