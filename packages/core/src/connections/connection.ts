import { type Fans, type Initializer, isInitializer } from '../initializers.ts'
import { type Check, checkValue, is } from '../options.ts'
import { shapeError } from '../refusals.ts'
import { show } from '../show.ts'
import type { Wiring } from '../wiring.ts'

/** The shape of a layer, channels last: [N], [length, channels], [height, width, channels], [depth, height, width, channels]. */
export type Shape = readonly number[]

/** How currents come from what a layer gives out: which neurons reach which, and the shape of the weights. */
export interface Connection {
  /** 'dense', 'conv2d', 'avgPool', ...: for tables, recipes and files. */
  readonly kind: string
  /** What tables call it: 'conv2d 5x5 stride 2'. Default: the kind. */
  readonly text?: string
  /** Null where there is nothing to learn. */
  readonly weight: Initializer | null
  /** Null for none; else there is one for each channel. */
  readonly bias: Initializer | null
  /** Of one whose weights are the same wherever it stands: what tells it from others. */
  readonly shared?: object
  /** What it makes of a shape. Throws HILLOCK_SHAPE if it cannot take it. */
  connect(from: Shape): Link
}

/**
 * The same weights wherever it stands: `const own = share(dense(10))`. They are named after where it stands first, and their gradients add up.
 * Throws HILLOCK_OPTION if it is no connection.
 *
 * @example
 * ```ts
 * import { dense, lif, sequential } from '@hillock/core'
 * import { share } from '@hillock/core/connections'
 *
 * const own = share(dense(100))
 * sequential(100, [own, lif(), own, lif()])
 * ```
 */
export function share(connection: Connection): Connection {
  checkValue('share', 'connection', connection, is.made('a connection: dense(128)', 'kind', 'connect'))
  return { ...connection, shared: {} }
}

/** A connection from a layer of a certain shape. */
export interface Link {
  /** The shape that comes out, channels last. */
  readonly to: Shape
  /** Absent where every neuron of the one reaches every neuron of the other, by a matrix. */
  readonly wiring?: Wiring
  /** Rows and columns of the weights, as `matmul` takes them; [] for none: values go on as they are, in another shape. */
  readonly weights: readonly number[]
  /** How many inputs and outputs a neuron has by it, for initializers. */
  readonly fans: Fans
  /** What every weight is, where they are not learnt. */
  readonly constant?: number
  /** The largest of what reaches a site, in place of a weighted sum: `Backend.largest`. There are no weights. */
  readonly largest?: boolean
  /** In training, some values are 0, drawn anew each time; there are no weights. */
  readonly dropped?: Dropped
  /** Values are normalized by channel; the weights [C] or [T, C] are scales, the biases shifts. */
  readonly normalized?: Normalized
  /** Weights and biases are used as multiples of a step. */
  readonly quantized?: Quantized
}

/** How finely values are told apart. */
export interface Quantized {
  /** Of a value, its sign among them: 2 to 16. */
  readonly bits: number
  /** A power of two: values are whole multiples of it. */
  readonly step: number
}

/** How values are normalized. */
export interface Normalized {
  /** Statistics of their own for each of so many steps; undefined for those of all of time. */
  readonly steps: number | undefined
  /** The share of a batch in the running statistics. */
  readonly momentum: number
  /** Added to variances. */
  readonly epsilon: number
}

/** How much is dropped, and how long the same. */
export interface Dropped {
  /** The share of values that become 0, in [0, 1). */
  readonly share: number
  /** 'example': for all of an example's time; 'step': drawn for each step. */
  readonly each: 'example' | 'step'
}

/** Options of connections that learn. */
export interface WeightOptions {
  /**
   * How weights start.
   * @default 'torchLinear'
   */
  readonly weight?: Initializer
  /**
   * How biases start: an initializer, `true` for 'torchLinear', or `false` for none.
   * @default true
   */
  readonly bias?: Initializer | boolean
}

/** The checks of `WeightOptions`. */
export const weightChecks = {
  weight: isInitializer,
  bias: (value: unknown) => (typeof value === 'boolean' ? undefined : isInitializer(value)),
} satisfies Record<keyof WeightOptions, Check>

/** Weight and bias as a connection holds them. */
export function startsOf({ weight = 'torchLinear', bias = true }: WeightOptions): {
  readonly weight: Initializer
  readonly bias: Initializer | null
} {
  return { weight, bias: bias === true ? 'torchLinear' : bias === false ? null : bias }
}

/** The check of an option that is a list of whole numbers from `least`, or one number for all. */
export const isWholes = (least: number): Check => {
  const each = is.whole(least)
  return (value) => {
    const values: readonly unknown[] = Array.isArray(value) ? value : [value]
    return values.length > 0 && values.every((one) => each(one) === undefined) ? undefined : `${each(NaN)}, or a list`
  }
}

/** An option of each axis in a table: ' stride 2', ' stride 2x1'; nothing where all are `usual`. */
export function axesText(name: string, values: readonly number[], usual: number): string {
  if (values.every((value) => value === usual)) return ''
  return ` ${name} ${values.every((value) => value === values[0]) ? values[0] : values.join('x')}`
}

/** One number for each of `rank` axes. Throws HILLOCK_SHAPE if a list has another length. `where` names the function. */
export function perAxis(
  where: string,
  name: string,
  value: number | readonly number[],
  rank: number,
): readonly number[] {
  if (typeof value === 'number') return new Array<number>(rank).fill(value)
  if (value.length === rank) return value
  const hint = `give one number, or ${rank}`
  throw shapeError(`${where}: '${name}' is ${show(value)} for ${rank} axes`, hint)
}
