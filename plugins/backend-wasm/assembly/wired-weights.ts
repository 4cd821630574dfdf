import { arg, padded, panels, widthOf } from './common'

/**
 * Each matrix transposed: rows [slot][from][to padded] to rows [slot][to][from padded], with zeros in the padding. A unit is a matrix.
 * Arguments: rows, out, from, to.
 */
export function turn(args: usize, from: i32, to: i32, thread: i32): void {
  const inputs = arg(args, 2), outputs = arg(args, 3)
  const row = <usize>padded(outputs) << 2, turned = <usize>padded(inputs) << 2
  for (let slot = from; slot < to; slot++) {
    const source = <usize>arg(args, 0) + <usize>slot * <usize>inputs * row, target = <usize>arg(args, 1) + <usize>slot * <usize>outputs * turned
    memory.fill(target, 0, <usize>outputs * turned)
    for (let i = 0; i < inputs; i++) {
      for (let j = 0; j < outputs; j++) {
        store<f32>(target + <usize>j * turned + (<usize>i << 2), load<f32>(source + <usize>i * row + (<usize>j << 2)))
      }
    }
  }
}

/**
 * A gradient [K, N] is the sum of its parts, rows [K][N padded], in their order. A unit is 32 rows.
 * Arguments: parts, how many, out, K, N, accumulate.
 */
export function sumParts(args: usize, from: i32, to: i32, thread: i32): void {
  const parts = <usize>arg(args, 0), count = arg(args, 1), out = <usize>arg(args, 2), rows = arg(args, 3), neurons = arg(args, 4)
  const accumulate = arg(args, 5)
  const row = <usize>padded(neurons) << 2, part = <usize>rows * row
  const last = to << 5 < rows ? to << 5 : rows
  for (let p = 0; p < panels(neurons); p++) {
    const stride = <usize>widthOf(p, neurons) << 2
    for (let k = from << 5; k < last; k++) {
      const target = out + (<usize>(p * rows) << 7) + <usize>k * stride, source = parts + <usize>k * row + (<usize>p << 7)
      for (let x: usize = 0; x < stride; x += 16) {
        let sum = accumulate ? v128.load(target + x) : f32x4.splat(0)
        for (let i = 0; i < count; i++) sum = f32x4.add(sum, v128.load(source + <usize>i * part + x))
        v128.store(target + x, sum)
      }
    }
  }
}
