import { HillockError } from './errors.ts'
import { checkOptions, is } from './options.ts'
import { checkSeed } from './random/index.ts'
import { optionError, unsupportedError } from './refusals.ts'
import { checkSnapshot, isSnapshot, type Snapshot } from './runtime/snapshot.ts'
import { readSafetensors, writeSafetensors } from './safetensors/index.ts'
import { type Counters, checkCounters } from './session/session-state.ts'

/** What training goes on from, bit for bit, given the same network, learner and data: options of `createSession`. */
export interface Checkpoint {
  /** Seed of the session. */
  readonly seed: number
  /** How far training has come. */
  readonly counters: Counters
  /** Weights and learner state. */
  readonly snapshot: Snapshot
}

const format = 'hillock 1'
const runKey = 'hillock.run'
const own = ['format', 'seed', 'epochs', 'batches', 'position', runKey]

/**
 * Packs a checkpoint as a safetensors file, with the counters, the seed and whatever else is to be known of it (the configuration,
 * versions) in the metadata. Throws HILLOCK_OPTION if a part is missing or not allowed, or the metadata have a name that is the checkpoint's own.
 * Throws HILLOCK_NOT_FINITE if a tensor holds NaN or infinity, as no training can go on from it.
 *
 * @example
 * ```ts
 * import { type Session, writeCheckpoint } from '@hillock/core'
 *
 * const save = async (session: Session, seed: number) =>
 *   writeCheckpoint({ seed, counters: session.counters, snapshot: await session.snapshot() })
 * ```
 */
export function writeCheckpoint(checkpoint: Checkpoint, metadata: Readonly<Record<string, string>> = {}): Uint8Array {
  const known = { seed: is.whole(0), counters: is.anything, snapshot: isSnapshot, metadata: is.anything }
  checkOptions<Checkpoint & { readonly metadata?: unknown }>('writeCheckpoint', checkpoint, known, [
    'seed',
    'counters',
    'snapshot',
  ])
  const { seed, snapshot, counters } = checkpoint
  checkSeed(seed)
  checkCounters(counters)
  const taken = own.find((name) => Object.hasOwn(metadata, name))
  if (taken !== undefined) {
    const hint = `choose another name than ${own.join(', ')}`
    throw optionError(`the metadata of a checkpoint cannot have a '${taken}'`, hint)
  }
  checkSnapshot(snapshot)
  const { epochs, batches, position, run } = counters
  const numbers = Object.entries({ seed, epochs, batches, position }).map(([name, value]) => [name, String(value)])
  const told = run && { [runKey]: JSON.stringify(run) }
  return writeSafetensors(snapshot, { format, ...Object.fromEntries(numbers), ...told, ...metadata })
}

/**
 * Unpacks a checkpoint; nothing in it is trusted, but whether it fits a network is for `createSession` to see. Throws HILLOCK_DATA_DAMAGED
 * if something in it is wrong, HILLOCK_UNSUPPORTED if it is another kind of file: a model, or one of another tool.
 *
 * @example
 * ```ts
 * import { createSession, readCheckpoint, type SessionOptions } from '@hillock/core'
 *
 * const resume = (bytes: Uint8Array, options: SessionOptions) => createSession({ ...options, ...readCheckpoint(bytes) })
 * ```
 */
export function readCheckpoint(
  bytes: Uint8Array,
): Checkpoint & { readonly metadata: Readonly<Record<string, string>> } {
  const { tensors, metadata } = readSafetensors(bytes)
  const number = (name: string) => {
    const text = Object.hasOwn(metadata, name) ? metadata[name]! : ''
    if (!/^\d{1,16}$/.test(text)) throw damaged(`its '${name}' is not a number`)
    return Number(text)
  }
  if (!Object.hasOwn(metadata, 'format') || metadata.format !== format || !Object.hasOwn(metadata, 'batches')) {
    const found = `this file is not a checkpoint of hillock: its metadata lack the format '${format}', or counters`
    const hint = 'give what writeCheckpoint wrote; readSafetensors reads the tensors of any file'
    throw unsupportedError(found, hint)
  }
  const seed = number('seed')
  if (seed >>> 0 !== seed) throw damaged(`its seed is ${seed}`)
  const counts = { epochs: number('epochs'), batches: number('batches'), position: number('position') }
  try {
    // Files of hillock 0.1 do not say which run they are of.
    const counters = Object.hasOwn(metadata, runKey) ? { ...counts, run: JSON.parse(metadata[runKey]!) } : counts
    checkCounters(counters)
    return { seed, counters, snapshot: tensors, metadata }
  } catch (cause) {
    throw damaged('its counters cannot be', cause)
  }
}

function damaged(what: string, cause?: unknown): HillockError {
  const hint = 'resume from a checkpoint that hillock wrote'
  return new HillockError('HILLOCK_DATA_DAMAGED', `not a sound checkpoint: ${what}`, { hint, cause })
}
