import { checkOptions, checkValue } from '../options.ts'
import { sizeOf } from '../shape.ts'
import { weightsOf, wiring } from '../wiring.ts'
import { axesText, type Connection, isWholes, perAxis } from './connection.ts'
import { place } from './window.ts'

/** A sum, an average or the largest over windows of the axes before the channels. */
export interface Pool extends Connection {
  readonly kind: 'sumPool' | 'avgPool' | 'maxPool'
  readonly kernel: number | readonly number[]
  readonly stride: number | readonly number[]
  readonly padding: number | readonly number[]
}

/** Where a list is given, it has one number for each axis. */
export interface PoolOptions {
  /** Places from window to window. Default: the size of the window. */
  readonly stride?: number | readonly number[]
  /** Zeros on both sides of the input. Default: 0. */
  readonly padding?: number | readonly number[]
}

/**
 * The sum of each channel over windows of `kernel` places along each axis: of spikes [height, width, channels], their counts. Throws
 * HILLOCK_OPTION for an option that is wrong; its `connect` throws HILLOCK_SHAPE for an input smaller than the window, and for lists of another
 * length than the input has axes.
 */
export const sumPool = (kernel: number | readonly number[], options: PoolOptions = {}): Pool =>
  pool('sumPool', kernel, options)

/** The average of each channel over windows, padding counted, as torch.nn.AvgPool2d has it. As `sumPool` in all else. */
export const avgPool = (kernel: number | readonly number[], options: PoolOptions = {}): Pool =>
  pool('avgPool', kernel, options)

/**
 * The largest of each channel over windows; of spikes, a spike where there is any. Padding does not count. The whole adjoint goes to the first
 * of the largest, as torch.nn.MaxPool2d has it. As `sumPool` in all else.
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
