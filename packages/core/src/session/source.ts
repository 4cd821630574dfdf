import type { ExampleSource, Read } from './examples.ts'

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
