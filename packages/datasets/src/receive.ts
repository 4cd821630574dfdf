import { HillockError } from '@hillock/core'
import { type Check, is } from '@hillock/core/options'
import { damaged } from './damaged.ts'

/** How far a download has come. */
export interface DownloadProgress {
  /** Name of the file. */
  file: string
  /** Received so far, of `total`. */
  bytes: number
  /** Bytes of the whole file; those received so far where neither hillock nor the server knows it. */
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

const aWait = is.number(0, 2 ** 31 - 1)
const isWaits: Check = (value) =>
  Array.isArray(value) && value.every((wait) => aWait(wait) === undefined)
    ? undefined
    : 'give a list of milliseconds: [1000, 2000]'

/** The checks of `DownloadOptions`, and of whether to download. */
export const downloadOptions = {
  download: is.flag,
  fetch: is.callable,
  waits: isWaits,
  signal: is.made('the signal of an AbortController', 'aborted', 'addEventListener'),
  progress: is.callable,
}

/** What has come of a file: its first `length` bytes. */
export interface Received {
  readonly name: string
  length: number
  /** Bytes of the whole file, where they are known. */
  readonly total?: number
  /** Keeps bytes that follow the first `length`. */
  put(piece: Uint8Array): void | Promise<void>
  /** Throws HILLOCK_DATA_DAMAGED unless it is the whole file. */
  check(): Promise<void>
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
  const rest = Number(response.headers.get('content-length') ?? NaN)
  const { total = rest >= 0 ? start + rest : undefined } = received
  const reader = body.getReader()
  for (;;) {
    let piece: ReadableStreamReadResult<Uint8Array>
    try {
      piece = await reader.read()
    } catch (cause) {
      return failure(`the connection broke after ${received.length}${total ? ` of ${total}` : ''} bytes`, true, cause)
    }
    if (piece.done) return undefined
    const bytes = received.length + piece.value.length
    if (bytes > (received.total ?? Number.POSITIVE_INFINITY)) {
      await reader.cancel()
      throw damaged(address, `has more than its ${received.total} bytes`, { hint })
    }
    await received.put(piece.value)
    received.length = bytes
    progress?.({ file: received.name, bytes, total: total ?? bytes })
  }
}

/** Where a part of a file starts; NaN where the server does not say it. */
const startOf = ({ headers }: Response): number =>
  Number(/^bytes (\d+)-/.exec(headers.get('content-range') ?? '')?.[1] ?? NaN)
