import { sizeOf } from '@hillock/core/options'

/** NIR has channels first, [C, H, W]; hillock has them last, [H, W, C]. A list is the same in both. */
export const channelsLast = (shape: readonly number[]): number[] =>
  shape.length < 2 ? [...shape] : [...shape.slice(1), shape[0]!]
export const channelsFirst = (shape: readonly number[]): number[] =>
  shape.length < 2 ? [...shape] : [shape.at(-1)!, ...shape.slice(0, -1)]

/** For each neuron of hillock's the index of the same one in NIR; undefined where both are alike. */
export type Order = Int32Array | undefined

/** The order of neurons of a shape, channels first. */
export function orderOf(shape: readonly number[]): Order {
  const [channels, places] = [shape[0]!, sizeOf(shape.slice(1))]
  if (shape.length < 2 || channels === 1 || places === 1) return undefined
  return Int32Array.from({ length: channels * places }, (_, i) => (i % channels) * places + Math.floor(i / channels))
}

export const sameOrder = (a: Order, b: Order): boolean =>
  a === b || (a !== undefined && b !== undefined && a.length === b.length && a.every((at, i) => at === b[i]))

/** Values of NIR in the order of hillock. */
export const inOrder = (values: ArrayLike<number>, order: Order): number[] =>
  Array.from({ length: values.length }, (_, i) => values[order?.[i] ?? i]!)

/** Values of hillock in the order of NIR. */
export function outOfOrder(values: ArrayLike<number>, order: Order): Float64Array {
  const given = new Float64Array(values.length)
  for (let i = 0; i < values.length; i++) given[order?.[i] ?? i] = values[i]!
  return given
}
