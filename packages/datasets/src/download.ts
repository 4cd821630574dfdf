import { HillockError } from '@hillock/core'
import { damaged } from './damaged.ts'
import { byHand, type Paths } from './folders.ts'
import { keep, makeCache, reasonOf } from './keep.ts'
import { node } from './node.ts'
import { type DownloadOptions, type Received, receive } from './receive.ts'
import type { IdxSource, SourceFile } from './sources.ts'

/**
 * Brings the files that `folder` lacks from the mirror. A file gets its name only when it is whole: its SHA-256 is
 * checked before it is written, it is written under a temporary name, flushed, then renamed. What came of a file that is not whole is kept as
 * NAME.part, and the next download goes on from there. Files that are there already are checked as well. Throws HILLOCK_DATA_MISSING (not reachable) or HILLOCK_DATA_DAMAGED (not the file that it should be), and the
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
      await bring(address, target, file, options, byHand(source))
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

/** Brings one file, from what an earlier download left of it. */
async function bring(
  address: string,
  target: string,
  file: SourceFile,
  options: DownloadOptions,
  hint: string,
): Promise<void> {
  const part = `${target}.part`
  const left = await read(part).catch(() => undefined)
  const bytes = new Uint8Array(file.bytes)
  const received: Received = {
    name: file.name,
    length: 0,
    total: file.bytes,
    put: (piece) => bytes.set(piece, received.length),
    check: () => check(bytes.subarray(0, received.length), file, address, hint),
  }
  if (left !== undefined && left.length < file.bytes) {
    bytes.set(left)
    received.length = left.length
  }
  try {
    await complete(address, received, options, hint)
  } catch (error) {
    const { length } = received
    if (isDamaged(error)) await removePart(part)
    else if (length > 0 && length < file.bytes) {
      // what went wrong before says more than that this cannot be kept either
      await keep(part, bytes.subarray(0, length), undefined).catch(() => undefined)
    }
    throw error
  }
  await keep(target, bytes, options.signal)
  await removePart(part)
}

/** Receives a file until it is whole, by as many tries as there may be. One that was put together is received anew if its sum is wrong. */
export async function complete(
  address: string,
  received: Received,
  options: DownloadOptions,
  hint: string,
): Promise<void> {
  const { waits = usualWaits, signal } = options
  for (let tries = 0; ; ) {
    const goesOn = received.length > 0
    try {
      const failure = await receive(address, received, options, hint)
      if (failure === undefined) {
        await received.check()
        return
      }
      if (!failure.passing || tries === waits.length) throw failure.error
    } catch (error) {
      if (!goesOn || !isDamaged(error)) throw error
      received.length = 0
      continue
    }
    await pause(waits[tries++]!, signal)
  }
}

const usualWaits = [1000, 2000, 4000]

/** Waits for so many milliseconds, or until `signal` is aborted; then its reason is thrown. */
async function pause(milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
  const options = signal && { signal }
  await node()
    .timers.setTimeout(milliseconds, undefined, options)
    .catch(() => signal?.throwIfAborted())
}

export const isDamaged = (error: unknown): boolean =>
  error instanceof HillockError && error.code === 'HILLOCK_DATA_DAMAGED'

const removePart = (part: string): Promise<void> =>
  node()
    .fs.rm(part, { force: true })
    .catch(() => undefined)

async function check(bytes: Uint8Array<ArrayBuffer>, file: SourceFile, name: string, hint: string): Promise<void> {
  if (bytes.length !== file.bytes) throw damaged(name, `has ${bytes.length} bytes, not ${file.bytes}`, { hint })
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes))
  const sum = Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('')
  if (sum !== file.sha256) throw damaged(name, `has the SHA-256 ${sum}, not ${file.sha256}`, { hint })
}
