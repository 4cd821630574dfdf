import { arg, multiplyAdd, padded, panels, widthOf } from './common'

// Products of which only some elements are needed: the error carried back to neurons that are near threshold. Each needed element is an
// inner product with a row of weights, four at a time; where many are needed, whole blocks are faster (gemm.ts).

/** Above this share of needed elements a sample is left to `gemm`. */
const MOST: f64 = 0.3

/** Weights [K, N] to rows, [K][N padded], with zeros in the padding. A unit is 32 rows. Arguments: a, out, K, N. */
export function rows(args: usize, from: i32, to: i32, thread: i32): void {
  const a = <usize>arg(args, 0), out = <usize>arg(args, 1), inputs = arg(args, 2), neurons = arg(args, 3)
  const bytes = <usize>padded(neurons) << 2
  const last = to << 5 < inputs ? to << 5 : inputs
  for (let k = from << 5; k < last; k++) {
    for (let p = 0; p < panels(neurons); p++) {
      const width = widthOf(p, neurons), used = neurons - (p << 5) < width ? neurons - (p << 5) : width
      const target = out + <usize>k * bytes + (<usize>p << 7)
      memory.copy(target, a + (<usize>(p * inputs) << 7) + (<usize>(k * width) << 2), <usize>used << 2)
      for (let n = used; n < width; n++) store<f32>(target + (<usize>n << 2), 0)
    }
  }
}

@inline
function across(v: v128): f32 {
  return f32x4.extract_lane(v, 0) + f32x4.extract_lane(v, 1) + (f32x4.extract_lane(v, 2) + f32x4.extract_lane(v, 3))
}

/**
 * out[b, t, k] = error[b, t] . weights[k] (+ bias[k]) where needed, else 0, for samples that need few; sets their flag. A unit is a sample.
 * Arguments: error [T, B, N], weights as rows [K][N padded], needed, out [T, B, K], T, N, K, bias or 0, flags, scratch, bytes a thread.
 */
export function masked(args: usize, from: i32, to: i32, thread: i32): void {
  const error = <usize>arg(args, 0), weights = <usize>arg(args, 1), needed = <usize>arg(args, 2), out = <usize>arg(args, 3)
  const steps = arg(args, 4), inner = arg(args, 5), neurons = arg(args, 6), bias = <usize>arg(args, 7), flags = <usize>arg(args, 8)
  const list = <usize>arg(args, 9) + <usize>thread * <usize>arg(args, 10)
  const row = list + (<usize>(neurons + 4) << 2)
  const depth = <usize>padded(inner) << 2, words = panels(neurons)
  for (let b = from; b < to; b++) {
    const bits = needed + (<usize>(b * words * steps) << 2)
    let total = 0
    for (let i = 0; i < words * steps; i++) total += popcnt(load<u32>(bits + (<usize>i << 2)))
    const few = <f64>total < MOST * <f64>steps * <f64>neurons
    store<u8>(flags + <usize>b, few ? 1 : 0)
    if (!few) continue
    const sample = out + (<usize>(b * steps * padded(neurons)) << 2)
    memory.fill(sample, 0, <usize>(steps * padded(neurons)) << 2)
    for (let t = 0; t < steps; t++) {
      let count = 0
      for (let w = 0; w < words; w++) {
        let word = load<u32>(bits + (<usize>(w * steps + t) << 2))
        for (; word; word &= word - 1, count++) store<i32>(list + (<usize>count << 2), (w << 5) + <i32>ctz(word))
      }
      if (count == 0) continue
      for (let q = 0; q < panels(inner); q++) {
        const width = widthOf(q, inner)
        const source = error + (<usize>(b * steps * padded(inner)) << 2) + (<usize>(q * steps) << 7) + (<usize>(t * width) << 2)
        memory.copy(row + (<usize>q << 7), source, <usize>width << 2)
      }
      for (let n = inner; n < padded(inner); n++) store<f32>(row + (<usize>n << 2), 0)
      // The list is filled up to a multiple of four with what is thrown away.
      for (let i = count; i < ((count + 3) & ~3); i++) store<i32>(list + (<usize>i << 2), load<i32>(list))
      for (let i = 0; i < count; i += 4) {
        const at = list + (<usize>i << 2)
        const k0 = load<i32>(at), k1 = load<i32>(at, 4), k2 = load<i32>(at, 8), k3 = load<i32>(at, 12)
        const r0 = weights + <usize>k0 * depth, r1 = weights + <usize>k1 * depth, r2 = weights + <usize>k2 * depth, r3 = weights + <usize>k3 * depth
        let s0 = f32x4.splat(0), s1 = s0, s2 = s0, s3 = s0
        for (let c: usize = 0; c < depth; c += 16) {
          const x = v128.load(row + c)
          s0 = multiplyAdd(x, v128.load(r0 + c), s0)
          s1 = multiplyAdd(x, v128.load(r1 + c), s1)
          s2 = multiplyAdd(x, v128.load(r2 + c), s2)
          s3 = multiplyAdd(x, v128.load(r3 + c), s3)
        }
        put(sample, k3, t, steps, neurons, across(s3), bias)
        put(sample, k2, t, steps, neurons, across(s2), bias)
        put(sample, k1, t, steps, neurons, across(s1), bias)
        put(sample, k0, t, steps, neurons, across(s0), bias)
      }
    }
  }
}

@inline
function put(sample: usize, k: i32, t: i32, steps: i32, neurons: i32, value: f32, bias: usize): void {
  const p = k >> 5
  const at = sample + (<usize>(p * steps) << 7) + (<usize>(t * widthOf(p, neurons) + (k & 31)) << 2)
  store<f32>(at, bias ? value + load<f32>(bias + (<usize>k << 2)) : value)
}
