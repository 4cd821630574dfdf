import { arg, padded, widthOf } from './common'
import { philox, philoxTwice, v0, v1, v2, v3, w0, w1, w2, w3 } from './philox'

// The numbers that core's `uniform` defines: 24 bits, the top byte from part 0 of a block of 16 steps, the low 16 from parts 1 and 2.

/** Numbers in [0, 1), [T, B, N]. A unit is a sample. Arguments: out, T, N, round keys, step, time of the first step, first sample. */
export function uniforms(args: usize, from: i32, to: i32, thread: i32): void {
  const out = <usize>arg(args, 0), steps = arg(args, 1), neurons = arg(args, 2)
  const keys = <usize>arg(args, 3), step = arg(args, 4), first = arg(args, 5), base = arg(args, 6)
  for (let b = from; b < to; b++) {
    for (let n = 0; n < padded(neurons); n += 4) {
      const stride = <usize>widthOf(n >> 5, neurons) << 2
      let at = out + (<usize>(b * steps * padded(neurons)) << 2) + (<usize>((n >> 5) * steps) << 7) + (<usize>(n & 31) << 2)
      const index = i32x4(n, n + 1, n + 2, n + 3), sample = i32x4.splat(base + b), count = i32x4.splat(step)
      for (let t = 0; t < steps; t += 16, at += stride << 4) {
        const block = ((first + t) >> 4) << 2
        philox(index, sample, count, i32x4.splat(block), keys)
        const t0 = w0, t1 = w1, t2 = w2, t3 = w3
        philoxTwice(index, sample, count, i32x4.splat(block | 1), i32x4.splat(block | 2), keys)
        writeFour(t0, w0, w1, at, stride, steps - t)
        writeFour(t1, w2, w3, at + stride * 4, stride, steps - t - 4)
        writeFour(t2, v0, v1, at + stride * 8, stride, steps - t - 8)
        writeFour(t3, v2, v3, at + stride * 12, stride, steps - t - 12)
      }
    }
  }
}

/** Four steps, or as many as are left: their top bytes, in order, and two vectors of their low half-words. */
@inline
function writeFour(tops: v128, first: v128, second: v128, at: usize, stride: usize, left: i32): void {
  const top = i32x4.splat(0xff0000), low = i32x4.splat(0xffff)
  if (left > 0) v128.store(at, number(v128.and(i32x4.shl(tops, 16), top), v128.and(first, low)))
  if (left > 1) v128.store(at + stride, number(v128.and(i32x4.shl(tops, 8), top), i32x4.shr_u(first, 16)))
  if (left > 2) v128.store(at + stride * 2, number(v128.and(tops, top), v128.and(second, low)))
  if (left > 3) v128.store(at + stride * 3, number(v128.and(i32x4.shr_u(tops, 8), top), i32x4.shr_u(second, 16)))
}

@inline
function number(top: v128, low: v128): v128 {
  return f32x4.mul(f32x4.convert_i32x4_s(v128.or(top, low)), f32x4.splat(5.9604644775390625e-8))
}
