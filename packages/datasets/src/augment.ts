import { generator, HillockError, stream } from '@hillock/core'

export interface ShiftOptions {
  /** How far an image may move in each direction; 1. */
  readonly pixels?: number
  /** Rows and columns of an image. */
  readonly shape: readonly number[]
  readonly seed: number
}

/**
 * Moves images up or down and left or right by whole pixels, all shifts alike likely; what comes in from the edge is 0. The shift
 * follows from the seed, the epoch and the example. The result is the `augment` of a session's training. Errors: HILLOCK_OPTION.
 */
export function shifts({ pixels = 1, shape, seed }: ShiftOptions) {
  const [height, width, ...rest] = shape as [number, number, ...number[]]
  if (width === undefined || rest.length > 0) {
    const found = `shifts: images of shape [${shape.join(', ')}]`
    throw new HillockError('HILLOCK_OPTION', found, { hint: 'give rows and columns, such as [28, 28]' })
  }
  if (!Number.isSafeInteger(pixels) || pixels < 0) {
    throw new HillockError('HILLOCK_OPTION', `shifts by ${pixels} pixels`, { hint: 'give a whole number from 0' })
  }
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
