import { arg, padded, panels, widthOf } from './common'

// Sums over leading dimensions, each in one fixed order.

/** 1.0 for each set bit of 4 neurons. */
@inline
function ones(word: u32, shift: u32): v128 {
  const set = v128.and(i32x4.splat(word >> shift), i32x4(1, 2, 4, 8))
  return v128.and(i32x4.ne(set, i32x4.splat(0)), f32x4.splat(1))
}

/** out [B, N] = sum over time of a [T, B, N]. A unit is a panel of one sample. Arguments: a, out, T, B, N, spikes. */
export function sumTime(args: usize, from: i32, to: i32, thread: i32): void {
  const a = <usize>arg(args, 0), out = <usize>arg(args, 1), steps = arg(args, 2), batch = arg(args, 3), neurons = arg(args, 4)
  const spikes = arg(args, 5), across = panels(neurons)
  for (let unit = from; unit < to; unit++) {
    const b = unit / across, p = unit % across
    const width = widthOf(p, neurons), stride = <usize>width << 2
    const target = out + (<usize>(p * batch) << 7) + <usize>b * stride
    const source = a + (<usize>(b * steps * padded(neurons)) << 2) + (<usize>(p * steps) << 7)
    const words = a + (<usize>(unit * steps) << 2)
    for (let c: usize = 0; c < stride; c += 16) {
      let sum = f32x4.splat(0)
      if (spikes) for (let t: usize = 0; t < <usize>steps; t++) sum = f32x4.add(sum, ones(load<u32>(words + (t << 2)), <u32>(c >> 2)))
      else for (let t: usize = 0; t < <usize>steps; t++) sum = f32x4.add(sum, v128.load(source + t * stride + c))
      v128.store(target + c, sum)
    }
  }
}

/** out [N] = sum over time and batch. A unit is a panel. Arguments as in `sumTime`. */
export function sumRows(args: usize, from: i32, to: i32, thread: i32): void {
  const a = <usize>arg(args, 0), out = <usize>arg(args, 1), steps = arg(args, 2), batch = arg(args, 3), neurons = arg(args, 4)
  const spikes = arg(args, 5), across = panels(neurons)
  for (let p = from; p < to; p++) {
    const width = widthOf(p, neurons), stride = <usize>width << 2
    const target = out + (<usize>p << 7)
    memory.fill(target, 0, stride)
    for (let b = 0; b < batch; b++) {
      // Each sample is summed apart: sums of thousands of steps stay accurate.
      const source = a + (<usize>(b * steps * padded(neurons)) << 2) + (<usize>(p * steps) << 7)
      const words = a + (<usize>((b * across + p) * steps) << 2)
      for (let c: usize = 0; c < stride; c += 16) {
        let part = f32x4.splat(0)
        if (spikes) for (let t: usize = 0; t < <usize>steps; t++) part = f32x4.add(part, ones(load<u32>(words + (t << 2)), <u32>(c >> 2)))
        else for (let t: usize = 0; t < <usize>steps; t++) part = f32x4.add(part, v128.load(source + t * stride + c))
        v128.store(target + c, f32x4.add(v128.load(target + c), part))
      }
    }
  }
}

/**
 * out [B] = sum of each sample, in double precision. A unit is a sample.
 * Arguments: a, out, T, N, spikes; ends of steps and flags of samples that were drawn as lists, or 0.
 */
export function sumSamples(args: usize, from: i32, to: i32, thread: i32): void {
  const a = <usize>arg(args, 0), out = <usize>arg(args, 1), steps = arg(args, 2), neurons = arg(args, 3), spikes = arg(args, 4)
  const ends = <usize>arg(args, 5), flags = <usize>arg(args, 6)
  for (let b = from; b < to; b++) {
    let sum: f64
    if (!spikes) sum = sumOf(a + (<usize>(b * steps * padded(neurons)) << 2), steps, neurons)
    else if (flags && load<u8>(flags + <usize>b)) sum = <f64>load<u32>(ends + (<usize>((b + 1) * steps - 1) << 2))
    else sum = <f64>countOf(a + (<usize>(b * panels(neurons) * steps) << 2), panels(neurons) * steps)
    store<f64>(out + (<usize>b << 3), sum)
  }
}

function countOf(bits: usize, words: i32): i32 {
  let count = 0
  for (let i = 0; i < words; i++) count += <i32>popcnt(load<u32>(bits + (<usize>i << 2)))
  return count
}

function sumOf(values: usize, steps: i32, neurons: i32): f64 {
  // Full panels are one piece of memory.
  let a = f64x2.splat(0), b = a, c = a, d = a
  const end = values + (<usize>((neurons >> 5) * steps) << 7)
  for (let at = values; at < end; at += 32) {
    const four = v128.load(at), more = v128.load(at, 16)
    a = f64x2.add(a, f64x2.promote_low_f32x4(four))
    b = f64x2.add(b, f64x2.promote_low_f32x4(v128.shuffle<i32>(four, four, 2, 3, 0, 1)))
    c = f64x2.add(c, f64x2.promote_low_f32x4(more))
    d = f64x2.add(d, f64x2.promote_low_f32x4(v128.shuffle<i32>(more, more, 2, 3, 0, 1)))
  }
  a = f64x2.add(f64x2.add(a, b), f64x2.add(c, d))
  let sum = f64x2.extract_lane(a, 0) + f64x2.extract_lane(a, 1)
  for (let n = neurons & ~31; n < neurons; n += 4) {
    const stride = <usize>widthOf(n >> 5, neurons) << 2
    const column = values + (<usize>((n >> 5) * steps) << 7) + (<usize>(n & 31) << 2)
    let first = f64x2.splat(0), second = first
    for (let t: usize = 0; t < <usize>steps; t++) {
      const four = v128.load(column + t * stride)
      first = f64x2.add(first, f64x2.promote_low_f32x4(four))
      second = f64x2.add(second, f64x2.promote_low_f32x4(v128.shuffle<i32>(four, four, 2, 3, 0, 1)))
    }
    // What lies beyond the last neuron is not part of the sum.
    sum += f64x2.extract_lane(first, 0)
    if (n + 1 < neurons) sum += f64x2.extract_lane(first, 1)
    if (n + 2 < neurons) sum += f64x2.extract_lane(second, 0)
    if (n + 3 < neurons) sum += f64x2.extract_lane(second, 1)
  }
  return sum
}

/** out [] = sum of the sums of samples. One unit. Arguments: sums, out, B. */
export function sumAll(args: usize, from: i32, to: i32, thread: i32): void {
  if (from == to) return
  const sums = <usize>arg(args, 0), batch = arg(args, 2)
  let total: f64 = 0
  for (let b = 0; b < batch; b++) total += load<f64>(sums + (<usize>b << 3))
  store<f32>(<usize>arg(args, 1), <f32>total)
}
