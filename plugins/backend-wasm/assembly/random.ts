import { arg, padded, panels } from './common'
import { startSteps } from './lists'
import { philox, w0, w1, w2, w3 } from './philox'

// Spikes of a probability: an input fires where a number of `uniforms` is below it, and of most numbers the top byte tells.

/** Sets in `spikes` the bits of 16 tied steps whose low 16 bits are below `low`. */
function settle(ties: u32, low: u32, index: i32, sample: i32, step: i32, block: i32, keys: usize): u32 {
  // Lanes 0 and 1 are parts 1 and 2 of the block.
  const c3 = i32x4.replace_lane(i32x4.splat((block << 2) | 2), 0, (block << 2) | 1)
  philox(i32x4.splat(index), i32x4.splat(sample), i32x4.splat(step), c3, keys)
  const a0 = v128.shuffle<i32>(w0, w1, 0, 4, 1, 5), a1 = v128.shuffle<i32>(w2, w3, 0, 4, 1, 5)
  // [word 0..3 of part 1], [word 0..3 of part 2]: half-words in order of time.
  const first = v128.shuffle<i64>(a0, a1, 0, 2), second = v128.shuffle<i64>(a0, a1, 1, 3)
  const limit = i16x8.splat(<i16>low)
  const below = <u32>i16x8.bitmask(i16x8.lt_u(first, limit)) | (<u32>i16x8.bitmask(i16x8.lt_u(second, limit)) << 8)
  return ties & below
}

/** Whether the spikes of a sample will be few enough to be listed, and to be met as lists in products (`dense` in matmul.ts). */
function isSparse(p: usize, neurons: i32): bool {
  let sum: f32 = 0
  for (let n = 0; n < neurons; n++) {
    const probability = load<f32>(p + (<usize>n << 2))
    if (probability > 0) sum += probability < 1 ? probability : 1
  }
  return sum < 0.15 * <f32>neurons
}

/** The steps t to t + 63 in which an input of this probability, above 0, fires; `first` is the time of step 0. */
function drawSteps(probability: f32, n: i32, b: i32, step: i32, t: i32, steps: i32, first: i32, keys: usize): u64 {
  const last: u64 = steps - t < 64 ? (<u64>1 << <u64>(steps - t)) - 1 : ~0
  const limit = probability >= 1 ? 0x1000000 : <u32>Math.ceil(<f64>probability * 16777216)
  const top = limit >> 16, low = limit & 0xffff
  if (top >= 256) return last
  const block = (first + t) >> 4
  const c3 = i32x4(block << 2, (block + 1) << 2, (block + 2) << 2, (block + 3) << 2)
  philox(i32x4.splat(n), i32x4.splat(b), i32x4.splat(step), c3, keys)
  // To one vector a block, its bytes in order of time.
  const a = v128.shuffle<i32>(w0, w1, 0, 4, 1, 5), c = v128.shuffle<i32>(w0, w1, 2, 6, 3, 7)
  const d = v128.shuffle<i32>(w2, w3, 0, 4, 1, 5), e = v128.shuffle<i32>(w2, w3, 2, 6, 3, 7)
  const t0 = v128.shuffle<i64>(a, d, 0, 2), t1 = v128.shuffle<i64>(a, d, 1, 3)
  const t2 = v128.shuffle<i64>(c, e, 0, 2), t3 = v128.shuffle<i64>(c, e, 1, 3)
  const tops = i8x16.splat(<i8>top)
  let mask =
    <u64>(<u32>i8x16.bitmask(i8x16.lt_u(t0, tops)) | (<u32>i8x16.bitmask(i8x16.lt_u(t1, tops)) << 16)) |
    (<u64>(<u32>i8x16.bitmask(i8x16.lt_u(t2, tops)) | (<u32>i8x16.bitmask(i8x16.lt_u(t3, tops)) << 16)) << 32)
  if (low != 0) {
    let ties =
      <u64>(<u32>i8x16.bitmask(i8x16.eq(t0, tops)) | (<u32>i8x16.bitmask(i8x16.eq(t1, tops)) << 16)) |
      (<u64>(<u32>i8x16.bitmask(i8x16.eq(t2, tops)) | (<u32>i8x16.bitmask(i8x16.eq(t3, tops)) << 16)) << 32)
    ties &= last
    for (let j = 0; ties != 0; j++, ties >>= 16) {
      const tied = <u32>(ties & 0xffff)
      if (tied) mask |= <u64>settle(tied, low, n, b, step, block + j, keys) << <u64>(j << 4)
    }
  }
  return mask & last
}

/** What was drawn of a sample: a neuron, the first of 64 steps, and in which of these it fires; 16 bytes for each. */
const DRAWN: usize = 16

/** Lists the events of a sample in order of time, then of neuron, unless there are more than `most`; says whether it did. */
function listDrawn(drawn: usize, end: usize, steps: i32, most: i32, events: usize, ends: usize): bool {
  memory.fill(ends, 0, <usize>steps << 2)
  for (let at = drawn; at < end; at += DRAWN) {
    const first = ends + (<usize>load<i32>(at, 4) << 2)
    for (let mask = load<u64>(at, 8); mask; mask &= mask - 1) {
      const count = first + (<usize>ctz(mask) << 2)
      store<i32>(count, load<i32>(count) + 1)
    }
  }
  if (startSteps(ends, steps) > most) return false
  for (let at = drawn; at < end; at += DRAWN) {
    const n = load<i32>(at), first = ends + (<usize>load<i32>(at, 4) << 2)
    for (let mask = load<u64>(at, 8); mask; mask &= mask - 1) {
      const next = first + (<usize>ctz(mask) << 2), place = load<i32>(next)
      store<i32>(events + (<usize>place << 2), n)
      store<i32>(next, place + 1)
    }
  }
  return true
}

/** Sets the bits of what was drawn of a sample. */
function setDrawn(drawn: usize, end: usize, steps: i32, words: i32, bits: usize): void {
  memory.fill(bits, 0, <usize>(words * steps) << 2)
  for (let at = drawn; at < end; at += DRAWN) {
    const n = load<i32>(at), bit: u32 = 1 << (n & 31)
    const first = bits + (<usize>((n >> 5) * steps + load<i32>(at, 4)) << 2)
    for (let mask = load<u64>(at, 8); mask; mask &= mask - 1) {
      const word = first + (<usize>ctz(mask) << 2)
      store<u32>(word, load<u32>(word) | bit)
    }
  }
}

/**
 * Spikes [T, B, N] with the probabilities of p [1, B, N], the same at every step. A unit is a sample. Samples of few spikes are written
 * as lists of events where there is room for them, the others as bits.
 * Arguments: p, bits, T, N, round keys, step, time of the first step, first sample, scratch of 16 bytes a thread, neuron and 64 steps; lists,
 * capacity, ends, flags, or 0.
 */
export function draw(args: usize, from: i32, to: i32, thread: i32): void {
  const p = <usize>arg(args, 0), bits = <usize>arg(args, 1), steps = arg(args, 2), neurons = arg(args, 3)
  const keys = <usize>arg(args, 4), step = arg(args, 5), first = arg(args, 6), base = arg(args, 7)
  const lists = <usize>arg(args, 9), capacity = arg(args, 10), ends = <usize>arg(args, 11), flags = <usize>arg(args, 12)
  const words = panels(neurons), blocks = (steps + 63) >> 6
  const drawn = <usize>arg(args, 8) + <usize>(thread * neurons * blocks) * DRAWN
  for (let b = from; b < to; b++) {
    const probabilities = p + (<usize>(b * padded(neurons)) << 2)
    let end = drawn
    for (let n = 0; n < neurons; n++) {
      const probability = load<f32>(probabilities + (<usize>n << 2))
      if (!(probability > 0)) continue
      for (let t = 0; t < steps; t += 64, end += DRAWN) {
        store<i32>(end, n)
        store<i32>(end, t, 4)
        store<u64>(end, drawSteps(probability, n, base + b, step, t, steps, first, keys), 8)
      }
    }
    const listed =
      lists != 0 &&
      isSparse(probabilities, neurons) &&
      listDrawn(drawn, end, steps, capacity, lists + (<usize>(b * capacity) << 2), ends + (<usize>(b * steps) << 2))
    if (lists) store<u8>(flags + <usize>b, listed ? 1 : 0)
    if (!listed) setDrawn(drawn, end, steps, words, bits + (<usize>(b * words * steps) << 2))
  }
}

/** Lists of events to bits, for those samples that have lists. A unit is a sample. Arguments: bits, T, N, lists, capacity, ends, flags. */
export function spread(args: usize, from: i32, to: i32, thread: i32): void {
  const bits = <usize>arg(args, 0), steps = arg(args, 1), words = panels(arg(args, 2))
  const lists = <usize>arg(args, 3), capacity = arg(args, 4), ends = <usize>arg(args, 5), flags = <usize>arg(args, 6)
  for (let b = from; b < to; b++) {
    if (!load<u8>(flags + <usize>b)) continue
    const sample = bits + (<usize>(b * words * steps) << 2), events = lists + (<usize>(b * capacity) << 2)
    memory.fill(sample, 0, <usize>(words * steps) << 2)
    let event = events
    for (let t = 0; t < steps; t++) {
      const end = events + (<usize>load<u32>(ends + (<usize>(b * steps + t) << 2)) << 2)
      for (; event < end; event += 4) {
        const n = load<u32>(event)
        const word = sample + (<usize>((n >> 5) * steps + t) << 2)
        store<u32>(word, load<u32>(word) | (1 << (n & 31)))
      }
    }
  }
}
