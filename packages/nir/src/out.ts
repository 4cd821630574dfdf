import type { Snapshot } from '@hillock/core'
import { longestLag } from '@hillock/core/backend'
import type { Conv, Pool, Wiring } from '@hillock/core/connections'
import type { SourcePart } from '@hillock/core/network'
import { sizeOf } from '@hillock/core/options'
import { unsupported } from './errors.ts'
import type { Data } from './hdf5/tree.ts'
import type { WriteOptions } from './known.ts'
import { convColumns, denseColumns } from './layout.ts'
import { stepIn } from './meaning.ts'
import type { Wire } from './nodes.ts'
import { type Fold, folded } from './norm.ts'
import { channelsFirst, orderOf, outOfOrder } from './order.ts'

/** A node to be written, and what comes out of it. */
export interface Out {
  readonly type: string
  readonly fields: Readonly<Record<string, Data>>
  readonly wire: Wire
}

export const reals = (values: ArrayLike<number>, shape: readonly number[]): Data => {
  const list = Float64Array.from(values)
  const small = Float32Array.from(list)
  return { shape, values: small.every((value, i) => value === list[i]) ? small : list }
}
export const wholes = (values: readonly number[], shape: readonly number[] = [values.length]): Data => ({
  shape,
  values: BigInt64Array.from(values, BigInt),
})
export const word = (value: string): Data => ({ shape: [], values: [value] })

/** Values as a network computes with them. */
export function asUsed(
  values: ArrayLike<number>,
  { quantized }: Pick<SourcePart['link'], 'quantized'>,
): ArrayLike<number> {
  if (quantized === undefined) return values
  const { bits, step } = quantized
  const limit = 2 ** (bits - 1) - 1
  return Array.from(
    values,
    (value) => Math.min(Math.max(Math.floor(Math.fround(value / step + 0.5)), -limit), limit) * step,
  )
}

/**
 * Nodes for a connection at its place in a network, with the batch norm behind it; none where it passes on what it gets. Throws HILLOCK_UNSUPPORTED
 * if NIR cannot express the connection.
 */
export function nodesOf(
  layer: string,
  part: SourcePart,
  wire: Wire,
  snapshot: Snapshot,
  { time, fold }: { readonly time: WriteOptions; readonly fold?: Fold | undefined },
): Out[] {
  const { connection, link, weight, bias } = part
  const { kind } = connection
  const weights = weight === undefined ? undefined : asUsed(snapshot.get(weight)!.values, link)
  const own = bias === undefined ? undefined : asUsed(snapshot.get(bias)!.values, link)
  const biases = fold ? fold.biases(own) : own
  const units = sizeOf(link.to)
  const flat = wire.shape.length > 1 && link.to.length === 1 ? [flattened(wire)] : []
  const from = flat.at(-1)?.wire ?? wire
  const inputs = sizeOf(wire.shape)
  const matrix = (rows: ArrayLike<number>): Out => ({
    type: biases === undefined ? 'Linear' : 'Affine',
    fields: {
      weight: reals(folded(denseColumns(rows, units, inputs, wire.order), fold), [units, inputs]),
      ...(biases && { bias: reals(biases, [units]) }),
    },
    wire: { shape: [units], order: undefined },
  })
  const fail = (hint: string): never => {
    throw unsupported(`${layer}: NIR has no ${connection.text ?? kind}`, hint)
  }
  const scale = (): Out =>
    biases === undefined
      ? { type: 'Scale', fields: { scale: reals(outOfOrder(weights!, from.order), from.shape) }, wire: from }
      : fail('leave out its biases')

  if (link.wiring !== undefined && longestLag(link.wiring) > 0) {
    const { wiring } = link
    const lags = lagsOf(wiring) ?? fail('delay inputs, not synapses')
    const delay: Out = {
      type: 'Delay',
      fields: {
        delay: reals(
          outOfOrder(
            lags.map((lag) => lag * stepIn(time)),
            from.order,
          ),
          from.shape,
        ),
      },
      wire: from,
    }
    if (link.constant === 1 && isToItself(wiring)) return [...flat, delay]
    if (wiring.diagonal || wiring.to.count > 1) fail('delay the layer before it: delayed(identity(), ...)')
    return [...flat, delay, matrix(weights!)]
  }
  if (kind === 'identity') return flat
  if (kind === 'dropout') return []
  if (kind === 'oneToOne') return [...flat, scale()]
  if (kind === 'dense') return [...flat, matrix(weights!)]
  if (kind === 'sparse') return [...flat, matrix(filled(link.wiring!, weights!, units, inputs))]
  const to: Wire = { shape: channelsFirst(link.to), order: orderOf(channelsFirst(link.to)) }
  if (kind === 'conv1d' || kind === 'conv2d')
    return [convolution(connection as Conv, { from: wire, to }, { weights: weights!, biases, fold })]
  if ((kind === 'avgPool' || kind === 'sumPool') && wire.shape.length === 3) {
    const { kernel, stride, padding } = connection as Pool
    const pair = (value: number | readonly number[]) => wholes([value, value].flat().slice(0, 2))
    const fields = { kernel_size: pair(kernel), stride: pair(stride), padding: pair(padding) }
    return [{ type: kind === 'avgPool' ? 'AvgPool2d' : 'SumPool2d', fields, wire: to }]
  }
  return fail(
    'it has dense, sparse, conv1d, conv2d, avgPool and sumPool of images, identity, oneToOne, delays of inputs',
  )
}

/** All axes become one. */
const flattened = ({ shape, order }: Wire): Out => ({
  type: 'Flatten',
  fields: { start_dim: wholes([0], []), end_dim: wholes([-1], []), input_type: wholes(shape) },
  wire: { shape: [sizeOf(shape)], order },
})

function convolution(
  { kind, channels, kernel, stride, padding, dilation, groups }: Conv,
  { from: { shape }, to: wire }: { readonly from: Wire; readonly to: Wire },
  {
    weights,
    biases,
    fold,
  }: {
    readonly weights: ArrayLike<number>
    readonly biases: ArrayLike<number> | undefined
    readonly fold: Fold | undefined
  },
): Out {
  const within = shape[0]! / groups
  const even = padding.every(([before, after]) => before === after)
  const axes = (values: readonly number[]) => (kind === 'conv1d' ? wholes(values, []) : wholes(values))
  const fields = {
    weight: reals(folded(convColumns(weights, { channels, within, kernel, groups }), fold), [
      channels,
      within,
      ...kernel,
    ]),
    bias: reals(biases ?? new Float32Array(channels), [channels]),
    stride: axes(stride),
    padding: even ? axes(padding.map(([before]) => before)) : word('same'),
    dilation: axes(dilation),
    groups: wholes([groups], []),
    input_shape: axes(shape.slice(1)),
  }
  return { type: kind === 'conv1d' ? 'Conv1d' : 'Conv2d', fields, wire }
}

const isToItself = ({ from, to, site }: Wiring): boolean =>
  from.count === to.count && site.length === from.count && site.every((p, q) => p === q)

/** Steps by which what each neuron gives is late; undefined where that depends on where it goes. */
function lagsOf({ from, site, lag }: Wiring): number[] | undefined {
  const lags = new Array<number | undefined>(from.count).fill(undefined)
  for (const [pair, p] of site.entries()) {
    if (lags[p] !== undefined && lags[p] !== lag![pair]) return undefined
    lags[p] = lag![pair]!
  }
  return lags.flatMap((one) => new Array<number>(from.width).fill(one ?? 0))
}

/** The matrix of synapses, zeros where there is none. */
function filled(
  { start, site, slot }: Wiring,
  weights: ArrayLike<number>,
  units: number,
  inputs: number,
): Float32Array {
  const rows = new Float32Array(units * inputs)
  for (let unit = 0; unit < units; unit++) {
    for (let pair = start[unit]!; pair < start[unit + 1]!; pair++)
      rows[site[pair]! * units + unit]! += weights[slot[pair]!]!
  }
  return rows
}
