import { type Check, checkOptions, is } from '@hillock/core/options'
import { generator, stream } from '@hillock/core/random'

/** Options of `shifts`. */
export interface ShiftOptions {
  /** How far an image may move in each direction; 1. */
  readonly pixels?: number
  /** Rows and columns of an image. */
  readonly shape: readonly number[]
  /** Seed of the shifts. */
  readonly seed: number
}

const isShape: Check = (value) =>
  Array.isArray(value) && value.length === 2 && value.every((size) => is.whole(1)(size) === undefined)
    ? undefined
    : 'give rows and columns, such as [28, 28]'

/**
 * Moves images up or down and left or right by whole pixels, all shifts alike likely; what comes in from the edge is 0. The shift
 * follows from the seed, the epoch and the example. The result is the `augment` of a session's training. Throws HILLOCK_OPTION if an option is
 * unknown or missing, or its value is not allowed.
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

/** Options of `rotations`. */
export interface RotationOptions extends Pick<ShiftOptions, 'shape' | 'seed'> {
  /** How far an image may turn in either direction; 10. */
  readonly degrees?: number
}

/**
 * Turns images about their middle by an angle of up to `degrees`, all alike likely; values between pixels are interpolated in both directions, what comes in from
 * beyond the edge is 0. The angle follows from the seed, the epoch and the example. The result is the `augment` of a session's training.
 * Throws HILLOCK_OPTION if an option is unknown or missing, or its value is not allowed.
 */
export function rotations(options: RotationOptions) {
  const known = { degrees: is.number(0, 180), shape: isShape, seed: is.whole(0, 2 ** 32 - 1) }
  checkOptions('rotations', options, known, ['shape', 'seed'])
  const { degrees = 10, shape, seed } = options
  const [height, width] = shape as [number, number]
  const size = height * width
  /** `images`: [B, rows * columns], of the examples `rows`. */
  return (images: Float32Array, rows: ArrayLike<number>, epoch: number): Float32Array => {
    const turned = new Float32Array(images.length)
    for (let i = 0; i < rows.length; i++) {
      const random = generator(seed, stream.augment, epoch, rows[i]!)
      const angle = ((2 * random.uniform() - 1) * degrees * Math.PI) / 180
      const [cosine, sine] = [Math.cos(angle), Math.sin(angle)]
      const [middle, centre] = [(height - 1) / 2, (width - 1) / 2]
      const pixel = (y: number, x: number) =>
        y >= 0 && x >= 0 && y < height && x < width ? images[i * size + y * width + x]! : 0
      for (let y = 0; y < height; y++) {
        for (let x = 0; x < width; x++) {
          const fromX = centre + cosine * (x - centre) + sine * (y - middle)
          const fromY = middle - sine * (x - centre) + cosine * (y - middle)
          const [left, top] = [Math.floor(fromX), Math.floor(fromY)]
          const [right, down] = [fromX - left, fromY - top]
          const above = pixel(top, left) * (1 - right) + pixel(top, left + 1) * right
          const below = pixel(top + 1, left) * (1 - right) + pixel(top + 1, left + 1) * right
          turned[i * size + y * width + x] = above * (1 - down) + below * down
        }
      }
    }
    return turned
  }
}
