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

/** out [] = sum of all. One unit. Arguments as in `sumTime`, then ends of steps and flags of samples that were drawn as lists, or 0. */
export function sumAll(args: usize, from: i32, to: i32, thread: i32): void {
  if (from == to) return
  const a = <usize>arg(args, 0), out = <usize>arg(args, 1), steps = arg(args, 2), batch = arg(args, 3), neurons = arg(args, 4)
  const spikes = arg(args, 5), across = panels(neurons)
  let total: f64 = 0
  if (spikes) {
    let count: i64 = 0
    const ends = <usize>arg(args, 6), flags = <usize>arg(args, 7), words = across * steps
    for (let b = 0; b < batch; b++) {
      if (flags && load<u8>(flags + <usize>b)) {
        count += load<u32>(ends + (<usize>((b + 1) * steps - 1) << 2))
      } else {
        for (let i = 0; i < words; i++) count += popcnt(load<u32>(a + (<usize>(b * words + i) << 2)))
      }
    }
    total = <f64>count
  } else {
    for (let b = 0; b < batch; b++) {
      for (let p = 0; p < across; p++) {
        const width = widthOf(p, neurons), used = neurons - (p << 5) < width ? neurons - (p << 5) : width
        const source = a + (<usize>(b * steps * padded(neurons)) << 2) + (<usize>(p * steps) << 7)
        for (let t = 0; t < steps; t++) for (let n = 0; n < used; n++) total += load<f32>(source + (<usize>(t * width + n) << 2))
      }
    }
  }
  store<f32>(out, <f32>total)
}
