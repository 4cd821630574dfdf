import { avgPool, conv2d, dense, flatten, sumPool } from '@hillock/core'
import { type Connection, conv1d, delayed, identity, oneToOne } from '@hillock/core/connections'
import { sizeOf } from '@hillock/core/options'
import { damaged, unsupported } from './errors.ts'
import { type Fields, spread } from './fields.ts'
import { convRows, denseRows } from './layout.ts'
import { inOrder, type Order, orderOf, sameOrder } from './order.ts'

/** What goes from node to node: its shape in NIR, channels first, and where its neurons are in hillock. */
export interface Wire {
  readonly shape: readonly number[]
  readonly order: Order
}

/** A node between neurons, as a connection: what it makes, and the values that it brings. */
export interface Made {
  readonly connection: Connection
  readonly wire: Wire
  readonly weight?: ArrayLike<number>
  readonly bias?: ArrayLike<number>
  /** What the reader should know. */
  readonly note?: string
}

type Make = (fields: Fields, from: Wire, step: number) => Made

/** Nodes that are no neurons. */
export const makers: Readonly<Record<string, Make>> = {
  Linear: (fields, from) => affine(fields, from, undefined),
  Affine: (fields, from) => affine(fields, from, fields.numbers('bias')),
  Conv1d: (fields, from) => convolution(fields, from, 1),
  Conv2d: (fields, from) => convolution(fields, from, 2),
  SumPool2d: (fields, from) => pool(fields, from, sumPool),
  AvgPool2d: (fields, from) => pool(fields, from, avgPool),
  Flatten: flat,
  Scale(fields, wire) {
    const scale = spread(`'scale' of '${fields.name}'`, fields.array('scale'), wire.shape)
    const weight = inOrder(expanded(scale, sizeOf(wire.shape)), wire.order)
    return { connection: oneToOne({ bias: false }), wire, weight }
  },
  Delay(fields, wire, step) {
    const given = spread(`'delay' of '${fields.name}'`, fields.array('delay'), wire.shape)
    const steps = inOrder(expanded(given, sizeOf(wire.shape)), wire.order).map((delay) => {
      const count = Math.round(delay / step)
      if (count >= 0 && Math.abs(delay / step - count) <= 1e-6) return count
      const found = `the delay of '${fields.name}' is ${delay}, no whole number of steps of ${step}`
      throw unsupported(found, 'choose dt so that it is a multiple')
    })
    const alike = steps.every((count) => count === steps[0])
    return { connection: delayed(identity(), alike ? { steps: steps[0]! } : { perInput: steps }), wire }
  },
}

const expanded = (values: number | Float64Array, size: number): ArrayLike<number> =>
  typeof values === 'number' ? new Float64Array(size).fill(values) : values

/** y = W x + b, W being [out, in]. */
function affine(fields: Fields, { shape: from, order }: Wire, bias: ArrayLike<number> | undefined): Made {
  const { shape, values } = fields.array('weight')
  const [units, inputs] = shape as [number, number]
  if (shape.length !== 2) throw unsupported(`'${fields.name}' has weights [${shape}]`, 'give it a matrix')
  if (from.length !== 1 || from[0] !== inputs) {
    throw damaged(`the ${fields.type} '${fields.name}' takes ${inputs} values, and gets [${from}]`)
  }
  checkBias(fields, bias, units)
  return {
    connection: dense(units, { bias: bias !== undefined }),
    wire: { shape: [units], order: undefined },
    weight: denseRows(values, units, inputs, order),
    ...(bias && { bias }),
  }
}

function convolution(fields: Fields, { shape: from, order }: Wire, rank: 1 | 2): Made {
  const { name, type } = fields
  const { shape, values } = fields.array('weight')
  const [channels, within, ...kernel] = shape as [number, number, ...number[]]
  const groups = fields.wholes('groups', 1, 1)[0]!
  if (shape.length !== rank + 2) throw damaged(`the ${type} '${name}' has weights [${shape}]`)
  if (from.length !== rank + 1 || !sameOrder(order, orderOf(from)) || from[0] !== within * groups) {
    throw damaged(
      `the ${type} '${name}' takes [${[within * groups, 'length', 'width'].slice(0, rank + 1)}], and gets [${from}]`,
    )
  }
  const bias = fields.has('bias') ? fields.numbers('bias') : undefined
  checkBias(fields, bias, channels)
  if (fields.has('input_shape')) {
    const told = [...fields.numbers('input_shape')]
    if (told.length === rank && told.some((n, i) => n > 0 && n !== from[i + 1]))
      throw damaged(`the ${type} '${name}' has input_shape [${told}], and gets [${from}]`)
  }
  const padding = paddingOf(fields, rank)
  const dilation = fields.wholes('dilation', rank, 1)
  if (padding !== 'same' && padding.some((zeros, i) => zeros > dilation[i]! * kernel[i]!))
    throw unsupported(`the ${type} '${name}' is padded by [${padding}], beyond its windows`, 'use less padding')
  const make = rank === 1 ? conv1d : conv2d
  const connection = make(channels, kernel, {
    stride: fields.wholes('stride', rank, 1),
    padding,
    dilation,
    groups,
    bias: bias !== undefined,
  })
  return {
    connection,
    wire: placed(connection, from),
    weight: convRows(values, { channels, within, kernel, groups }),
    ...(bias && { bias }),
  }
}

function paddingOf(fields: Fields, rank: number): number[] | 'same' {
  const word = fields.text('padding')
  if (word === undefined) return fields.wholes('padding', rank, 0)
  if (word === 'same') return 'same'
  if (word === 'valid') return new Array<number>(rank).fill(0)
  throw damaged(`'padding' of the ${fields.type} '${fields.name}' is '${word}'`)
}

function pool(fields: Fields, { shape: from }: Wire, make: typeof sumPool): Made {
  if (from.length !== 3)
    throw damaged(`the ${fields.type} '${fields.name}' takes [channels, height, width], and gets [${from}]`)
  const kernel = fields.wholes('kernel_size', 2)
  const stride = fields.has('stride') ? fields.wholes('stride', 2) : kernel
  const padding = fields.wholes('padding', 2, 0)
  if (padding.some((zeros, i) => 2 * zeros > kernel[i]!))
    throw unsupported(`the ${fields.type} '${fields.name}' is padded by more than half its window`, 'use less padding')
  const connection = make(kernel, { stride, padding })
  return { connection, wire: placed(connection, from) }
}

/** What a connection makes of a shape, channels first. */
function placed(connection: Connection, from: readonly number[]): Wire {
  const { to } = connection.connect([...from.slice(1), from[0]!])
  const shape = [to.at(-1)!, ...to.slice(0, -1)]
  return { shape, order: orderOf(shape) }
}

/** All axes become one. Some writers count the batch as an axis, in `input_type` too or only in `start_dim`. */
function flat(fields: Fields, { shape, order }: Wire): Made {
  const told = fields.has('input_type') ? fields.numbers('input_type').length : shape.length
  const [start, end] = [fields.wholes('start_dim', 1, 1)[0]!, fields.wholes('end_dim', 1, -1)[0]!]
  const batch = told === shape.length + 1 ? 1 : 0
  const [first, last] = [start, end].map((axis) => (axis < 0 ? axis + shape.length : axis - batch))
  if (shape.length > 1 && (first! > 1 || last !== shape.length - 1)) {
    throw unsupported(`the Flatten '${fields.name}' leaves axes of [${shape}] apart`, 'let it flatten all of them')
  }
  const made = { connection: flatten(), wire: { shape: [sizeOf(shape)], order } }
  if (first !== 1 || shape.length === 1 || shape[0] === 1) return made
  return { ...made, note: 'start_dim is 1: taken as counted with the batch, so that all axes become one' }
}

function checkBias({ name, type }: Fields, bias: ArrayLike<number> | undefined, wanted: number): void {
  if (bias === undefined || bias.length === wanted) return
  throw damaged(`the ${type} '${name}' has ${bias.length} biases, but ${wanted} outputs`)
}
