import type { Events } from '../backend.ts'
import type { Examples } from './examples.ts'

/** Of some examples: values [B, features], or spikes as lists, row t * B + b for step t of the b-th of them. */
export type Read = Float32Array | Events

/**
 * Examples that are read as they are needed: a batch while the one before it is computed, so that two batches are in memory at most. Orders and
 * random numbers are those of the same examples in memory. An encoder of `rows`, such as `spikes()`, takes lists.
 */
export interface ExampleSource extends Omit<Examples, 'images'> {
  /** What is read and how, in a few words: training goes on within an epoch with the same alone. */
  readonly id: string
  /** Reads examples by their numbers, for the same epoch always the same. No epoch: they are evaluated, nothing is changed at random. */
  read(rows: ArrayLike<number>, epoch?: number): Read | Promise<Read>
}

export const isSource = (examples: unknown): examples is ExampleSource =>
  typeof examples === 'object' && examples !== null && 'read' in examples

/** What is read, and what is read ahead of the computing. */
export interface Reading {
  /** These rows, and begins to read the `next`, which will be asked for with the same epoch. */
  take(rows: ArrayLike<number>, next: ArrayLike<number> | undefined, epoch?: number): Promise<Read>
}

export function readingOf(source: ExampleSource): Reading {
  let ahead: { readonly rows: string; readonly read: Promise<Read> } | undefined
  const keyOf = (rows: ArrayLike<number>, epoch: number | undefined) => `${epoch} ${Array.from(rows).join()}`
  const begin = async (rows: ArrayLike<number>, epoch: number | undefined) => source.read(rows, epoch)
  return {
    async take(rows, next, epoch) {
      const known = ahead?.rows === keyOf(rows, epoch) ? ahead.read : begin(rows, epoch)
      ahead = undefined
      const found = await known
      if (next !== undefined) {
        ahead = { rows: keyOf(next, epoch), read: begin(next, epoch) }
        // it fails when it is asked for, if ever
        ahead.read.catch(() => undefined)
      }
      return found
    },
  }
}
