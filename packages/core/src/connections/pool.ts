import { checkOptions, checkValue } from '../options.ts'
import { sizeOf } from '../shape.ts'
import { weightsOf, wiring } from '../wiring.ts'
import { axesText, type Connection, isWholes, perAxis } from './connection.ts'
import { place } from './window.ts'

/** A sum, an average or the largest over windows of the axes before the channels. */
export interface Pool extends Connection {
  /** What is taken of each window. */
  readonly kind: 'sumPool' | 'avgPool' | 'maxPool'
  /** Size of the window: one number for all axes, or one for each. */
  readonly kernel: number | readonly number[]
  /** Places from window to window. */
  readonly stride: number | readonly number[]
  /** Zeros on both sides of the input. */
  readonly padding: number | readonly number[]
}

/** Options of `sumPool`, `avgPool` and `maxPool`. A list has one number for each axis. */
export interface PoolOptions {
  /** Places from window to window, from 1. Default: the size of the window. */
  readonly stride?: number | readonly number[]
  /**
   * Zeros on both sides of the input, from 0.
   * @default 0
   */
  readonly padding?: number | readonly number[]
}

/**
 * The sum of each channel over windows of `kernel` places along each axis: of spikes [height, width, channels], their counts. Throws
 * HILLOCK_OPTION if an option is unknown or wrong. Its `connect` throws HILLOCK_SHAPE if the input is smaller than the window, or a list has not
 * one number for each axis.
 *
 * @example
 * ```ts
 * import { conv2d, dense, lif, sequential, sumPool } from '@hillock/core'
 *
 * sequential([28, 28, 1], [conv2d(12, 5), lif(), sumPool(2), dense(10), lif()])
 * ```
 */
export const sumPool = (kernel: number | readonly number[], options: PoolOptions = {}): Pool =>
  pool('sumPool', kernel, options)

/**
 * The average of each channel over windows, padding counted, as torch.nn.AvgPool2d has it. As `sumPool` in all else.
 *
 * @example
 * ```ts
 * import { avgPool, conv2d, dense, lif, sequential } from '@hillock/core'
 *
 * sequential([28, 28, 1], [conv2d(12, 5), avgPool(2), lif(), dense(10), lif()])
 * ```
 */
export const avgPool = (kernel: number | readonly number[], options: PoolOptions = {}): Pool =>
  pool('avgPool', kernel, options)

/**
 * The largest of each channel over windows; of spikes, a spike where there is any. Padding does not count. The whole adjoint goes to the first
 * of the largest, as torch.nn.MaxPool2d has it. As `sumPool` in all else.
 *
 * @example
 * ```ts
 * import { conv2d, dense, lif, maxPool, sequential } from '@hillock/core'
 *
 * sequential([28, 28, 1], [conv2d(12, 5), lif(), maxPool(3, { stride: 2 }), dense(10), lif()])
 * ```
 */
export const maxPool = (kernel: number | readonly number[], options: PoolOptions = {}): Pool =>
  pool('maxPool', kernel, options)

function pool(kind: Pool['kind'], kernel: number | readonly number[], options: PoolOptions): Pool {
  checkValue(kind, 'kernel', kernel, isWholes(1))
  checkOptions(kind, options, { stride: isWholes(1), padding: isWholes(0) })
  const { stride = kernel, padding = 0 } = options
  const own = [kernel].flat()
  const steps = [stride].flat()
  const text = [
    `${kind} ${own.join('x')}`,
    String(steps) === String(own) ? '' : ` stride ${steps.join('x')}`,
    axesText('padding', [padding].flat(), 0),
  ].join('')
  return {
    kind,
    text,
    kernel,
    stride,
    padding,
    weight: null,
    bias: null,
    connect(from) {
      const rank = from.length - 1
      const along = (name: string, value: number | readonly number[]) => perAxis(kind, name, value, rank)
      const lengths = along('kernel', kernel)
      const placed = place(kind, from, {
        kernel: lengths,
        stride: along('stride', stride),
        padding: along('padding', padding).map((zeros) => [zeros, zeros]),
        dilation: along('dilation', 1),
      })
      const [width, area] = [from.at(-1)!, sizeOf(lengths)]
      const table = wiring(
        {
          from: { count: sizeOf(from) / width, width },
          to: { count: sizeOf(placed.to), width },
          slots: 1,
          diagonal: true,
        },
        (q, add) => placed.each(q, (pixel) => add(pixel)),
      )
      const link = { to: [...placed.to, width], wiring: table, fans: { fanIn: area, fanOut: area } }
      if (kind === 'maxPool') return { ...link, weights: [], largest: true }
      return { ...link, weights: weightsOf(table), constant: kind === 'avgPool' ? 1 / area : 1 }
    },
  }
}
