import { HillockError } from '@hillock/core'
/** The contents of an idx file: [count, rows, columns] for images, [count] for labels. */
export interface Idx {
  readonly shape: readonly number[]
  /** Row-major, as many as the product of `shape`, in the array that holds the type of the file. */
  readonly values: Uint8Array | Int8Array | Int16Array | Int32Array | Float32Array | Float64Array
}
/**
 * Reads an idx file, gzipped or not, of any type and number of dimensions; the format is described at http://yann.lecun.com/exdb/mnist.
 * The same bytes give the same answer in Node.js and in browsers. Takes no more memory than the file says it holds, and stops where it
 * holds more. Throws HILLOCK_DATA_DAMAGED, naming the file `name`, if it is cut short, too long or not an idx file at all;
 * HILLOCK_UNSUPPORTED if it holds more than 2 GiB.
 */
export declare function readIdx(bytes: Uint8Array, name?: string): Promise<Idx>
/** An error about a file that cannot be used as it is. */
export declare function damaged(
  name: string,
  found: string,
  options?: {
    hint?: string | undefined
    cause?: unknown
  },
): HillockError
