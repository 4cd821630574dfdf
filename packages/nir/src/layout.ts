import { sizeOf } from '@hillock/core/options'
import type { Order } from './order.ts'

/** Weights [out, in] of torch and NIR as [in, out] of hillock; `order` says which input is which. */
export function denseRows(values: ArrayLike<number>, units: number, inputs: number, order?: Order): Float32Array {
  const rows = new Float32Array(inputs * units)
  for (let i = 0; i < inputs; i++) {
    const from = order?.[i] ?? i
    for (let o = 0; o < units; o++) rows[i * units + o] = values[o * inputs + from]!
  }
  return rows
}

/** The other way round. */
export function denseColumns(rows: ArrayLike<number>, units: number, inputs: number, order?: Order): Float32Array {
  const values = new Float32Array(inputs * units)
  for (let i = 0; i < inputs; i++) {
    const to = order?.[i] ?? i
    for (let o = 0; o < units; o++) values[o * inputs + to] = rows[i * units + o]!
  }
  return values
}

/** Sizes of a convolution's weights: `channels` of the output, `within` of the input for each of them. */
export interface ConvSizes {
  readonly channels: number
  readonly within: number
  readonly kernel: readonly number[]
  readonly groups: number
}

/** Weights [out, in / groups, ...kernel] of torch and NIR as hillock's rows: place in the window, group, channel in; columns: channel out. */
export function convRows(values: ArrayLike<number>, sizes: ConvSizes): Float32Array {
  const rows = new Float32Array(values.length)
  eachWeight(sizes, (theirs, ours) => {
    rows[ours] = values[theirs]!
  })
  return rows
}

/** The other way round. */
export function convColumns(rows: ArrayLike<number>, sizes: ConvSizes): Float32Array {
  const values = new Float32Array(rows.length)
  eachWeight(sizes, (theirs, ours) => {
    values[theirs] = rows[ours]!
  })
  return values
}

function eachWeight(
  { channels, within, kernel, groups }: ConvSizes,
  see: (theirs: number, ours: number) => void,
): void {
  const area = sizeOf(kernel)
  const out = channels / groups
  // Where each channel is a group, and stays one, hillock has vectors in place of matrices.
  for (let channel = 0; channel < channels; channel++) {
    const [group, column] = [Math.floor(channel / out), channel % out]
    for (let c = 0; c < within; c++) {
      for (let k = 0; k < area; k++)
        see((channel * within + c) * area + k, ((k * groups + group) * within + c) * out + column)
    }
  }
}
