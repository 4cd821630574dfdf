export interface ShiftOptions {
  /** How far an image may move in each direction; 1. */
  readonly pixels?: number
  /** Rows and columns of an image. */
  readonly shape: readonly number[]
  readonly seed: number
}
/**
 * Moves images up or down and left or right by whole pixels, all shifts alike likely; what comes in from the edge is 0. The shift
 * follows from the seed, the epoch and the example. The result is the `augment` of a session's training. Throws HILLOCK_OPTION for an
 * unknown option, or one that is missing or cannot be.
 */
export declare function shifts(
  options: ShiftOptions,
): (images: Float32Array, rows: ArrayLike<number>, epoch: number) => Float32Array
