import type { Initializer } from '../initializers.ts'
import { checkOptions, checkValue, is } from '../options.ts'
import { optionError, shapeError } from '../refusals.ts'
import { sizeOf } from '../shape.ts'
import { weightsOf, wiring } from '../wiring.ts'
import {
  axesText,
  type Connection,
  isWholes,
  type Link,
  perAxis,
  type Shape,
  startsOf,
  type WeightOptions,
  weightChecks,
} from './connection.ts'
import { place, type Window } from './window.ts'

/** A convolution of the axes before the channels. */
export interface Conv extends Connection, Window {
  /** How many axes it moves over. */
  readonly kind: 'conv1d' | 'conv2d' | 'conv3d'
  /** Of the output. */
  readonly channels: number
  /** How many groups the channels are cut into. */
  readonly groups: number
  /** How weights start. */
  readonly weight: Initializer
}

/** Options of `conv1d`, `conv2d` and `conv3d`. A list has one number for each axis. */
export interface ConvOptions extends WeightOptions {
  /**
   * Places from window to window, from 1.
   * @default 1
   */
  readonly stride?: number | readonly number[]
  /**
   * Zeros on both sides of the input, from 0; 'same' for as many as leave its size (with stride 1).
   * @default 0
   */
  readonly padding?: number | readonly number[] | 'same'
  /**
   * Places from one weight of the window to the next, from 1.
   * @default 1
   */
  readonly dilation?: number | readonly number[]
  /**
   * Cuts the channels into so many groups, each connected to its own; as many as there are channels: depthwise.
   * @default 1
   */
  readonly groups?: number
}

/**
 * A convolution of [length, channels] by windows of `kernel` places. As `conv2d` in all else.
 *
 * @example
 * ```ts
 * import { dense, lif, sequential } from '@hillock/core'
 * import { conv1d } from '@hillock/core/connections'
 *
 * sequential([100, 1], [conv1d(8, 5, { padding: 'same' }), lif(), dense(10), lif()])
 * ```
 */
export const conv1d = (channels: number, kernel: number | readonly number[], options: ConvOptions = {}): Conv =>
  conv('conv1d', 1, channels, kernel, options)

/**
 * A convolution of images [height, width, channels] to [height, width, `channels`] by windows of `kernel` (one number, or [height, width]).
 * Weights are [kernel height * kernel width * channels, channels out] and start as in torch.nn.Conv2d.
 *
 * Throws HILLOCK_OPTION if an option is unknown or wrong, and HILLOCK_SHAPE if a list has not one number for each axis. Its `connect` throws
 * HILLOCK_SHAPE if the input has other axes, is smaller than the window, or has channels that cannot be cut into the groups.
 *
 * @example
 * ```ts
 * import { avgPool, conv2d, dense, lif, sequential } from '@hillock/core'
 *
 * sequential([28, 28, 1], [conv2d(12, 5, { padding: 2 }), avgPool(2), lif(), dense(10), lif()])
 * ```
 */
export const conv2d = (channels: number, kernel: number | readonly number[], options: ConvOptions = {}): Conv =>
  conv('conv2d', 2, channels, kernel, options)

/**
 * A convolution of [depth, height, width, channels] by windows of `kernel` (one number, or one for each axis). As `conv2d` in all else.
 *
 * @example
 * ```ts
 * import { dense, lif, sequential } from '@hillock/core'
 * import { conv3d } from '@hillock/core/connections'
 *
 * sequential([8, 8, 8, 1], [conv3d(4, 3), lif(), dense(10), lif()])
 * ```
 */
export const conv3d = (channels: number, kernel: number | readonly number[], options: ConvOptions = {}): Conv =>
  conv('conv3d', 3, channels, kernel, options)

function conv(
  kind: Conv['kind'],
  rank: number,
  channels: number,
  size: number | readonly number[],
  options: ConvOptions,
): Conv {
  checkValue(kind, 'channels', channels, is.whole(1))
  checkValue(kind, 'kernel', size, isWholes(1))
  checkOptions(kind, options, {
    ...weightChecks,
    stride: isWholes(1),
    padding: (value) =>
      value === 'same' || isWholes(0)(value) === undefined ? undefined : `${isWholes(0)(NaN)}, or 'same'`,
    dilation: isWholes(1),
    groups: is.whole(1),
  })
  const { padding = 0, groups = 1 } = options
  const [kernel, stride, dilation] = [
    perAxis(kind, 'kernel', size, rank),
    perAxis(kind, 'stride', options.stride ?? 1, rank),
    perAxis(kind, 'dilation', options.dilation ?? 1, rank),
  ]
  if (padding === 'same' && stride.some((step) => step > 1)) {
    const hint = 'give the padding as a number'
    throw optionError(`${kind}: with a stride no padding leaves the size the 'same'`, hint)
  }
  const window = { kernel, stride, dilation, padding: kernel.map(bothSides) }
  function bothSides(length: number, axis: number): [number, number] {
    if (padding !== 'same') {
      const zeros = perAxis(kind, 'padding', padding, rank)[axis]!
      return [zeros, zeros]
    }
    const zeros = dilation[axis]! * (length - 1)
    return [Math.floor(zeros / 2), Math.ceil(zeros / 2)]
  }
  const text = [
    `${kind} ${kernel.join('x')}`,
    axesText('stride', stride, 1),
    padding === 'same' ? ' padding same' : axesText('padding', perAxis(kind, 'padding', padding, rank), 0),
    axesText('dilation', dilation, 1),
    groups === 1 ? '' : ` groups ${groups}`,
  ].join('')
  return {
    kind,
    text,
    channels,
    groups,
    ...window,
    ...startsOf(options),
    connect: (from) => connect(kind, from, window, channels, groups),
  }
}

function connect(kind: string, from: Shape, window: Window, channels: number, groups: number): Link {
  const inputs = from.at(-1)!
  const placed = place(kind, from, window)
  if (inputs % groups !== 0 || channels % groups !== 0) {
    const found = `${kind}: ${inputs} channels to ${channels} cannot be cut into ${groups} groups`
    throw shapeError(found, 'let the groups divide both numbers of channels')
  }
  const [area, sites] = [sizeOf(window.kernel), sizeOf(placed.to)]
  const fans = { fanIn: (area * inputs) / groups, fanOut: area * channels }
  // A pixel has a site for each group; where each channel is a group, and stays one, the pixel is one site.
  const diagonal = groups === inputs && groups === channels && groups > 1
  const cut = diagonal ? 1 : groups
  const table = wiring(
    {
      from: { count: (sizeOf(from) / inputs) * cut, width: inputs / cut },
      to: { count: sites * cut, width: channels / cut },
      slots: area * cut,
      diagonal,
    },
    (q, add) => {
      const group = q % cut
      placed.each((q - group) / cut, (pixel, k) => add(pixel * cut + group, k * cut + group))
    },
  )
  return { to: [...placed.to, channels], wiring: table, weights: weightsOf(table), fans }
}
