import { type Check, checkOptions, generator, is, stream } from '@hillock/core'

export interface ShiftOptions {
  /** How far an image may move in each direction; 1. */
  readonly pixels?: number
  /** Rows and columns of an image. */
  readonly shape: readonly number[]
  readonly seed: number
}

const isShape: Check = (value) =>
  Array.isArray(value) && value.length === 2 && value.every((size) => is.whole(1)(size) === undefined)
    ? undefined
    : 'give rows and columns, such as [28, 28]'

/**
 * Moves images up or down and left or right by whole pixels, all shifts alike likely; what comes in from the edge is 0. The shift
 * follows from the seed, the epoch and the example. The result is the `augment` of a session's training. Throws HILLOCK_OPTION for an
 * unknown option, or one that is missing or cannot be.
 */
export function shifts(options: ShiftOptions) {
  const known = { pixels: is.whole(0), shape: isShape, seed: is.whole(0, 2 ** 32 - 1) }
  checkOptions('shifts', options, known, ['shape', 'seed'])
  const { pixels = 1, shape, seed } = options
  const [height, width] = shape as [number, number]
  const size = height * width
  /** `images`: [B, rows * columns], of the examples `rows`. */
  return (images: Float32Array, rows: ArrayLike<number>, epoch: number): Float32Array => {
    const moved = new Float32Array(images.length)
    for (let i = 0; i < rows.length; i++) {
      const random = generator(seed, stream.augment, epoch, rows[i]!)
      const down = random.integer(2 * pixels + 1) - pixels
      const right = random.integer(2 * pixels + 1) - pixels
      for (let y = Math.max(0, down); y < Math.min(height, height + down); y++) {
        const from = i * size + (y - down) * width
        const row = images.subarray(from + Math.max(0, -right), from + Math.min(width, width - right))
        moved.set(row, i * size + y * width + Math.max(0, right))
      }
    }
    return moved
  }
}
