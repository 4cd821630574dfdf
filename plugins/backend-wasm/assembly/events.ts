import { arg, padded, panels, widthOf } from './common'

// Products with spikes: work goes with events, not with inputs x time. Every element of a result is computed by one thread in one order,
// so that sums are the same bits for any number of threads.

/** Above this share of active inputs a table of partial sums is faster than adding rows one by one. */
const DENSE: f64 = 0.15

/**
 * Lists the active inputs of a sample: counts[t], and their indices from lists[t * capacity], ascending. Returns how many there are.
 */
function list(bits: usize, steps: i32, words: i32, lists: usize, counts: usize): i32 {
  memory.fill(counts, 0, <usize>steps << 2)
  const capacity = words << 5
  let total = 0
  for (let w = 0; w < words; w++) {
    for (let t = 0; t < steps; t++, bits += 4) {
      let word = load<u32>(bits)
      if (word == 0) continue
      const count = counts + (<usize>t << 2)
      const before = load<u32>(count)
      let to = lists + (<usize>(t * capacity + before) << 2)
      const first = w << 5
      do {
        store<u32>(to, first + ctz(word))
        to += 4
        word &= word - 1
      } while (word)
      const after = <u32>((to - lists) >> 2) - <u32>(t * capacity)
      store<u32>(count, after)
      total += after - before
    }
  }
  return total
}

/** Where a sample's events stand: its lists, its counts, and how many there are; 12 bytes for each sample of a chunk. */
@inline
function entry(table: usize, s: i32): usize {
  return table + <usize>(s * 12)
}

/**
 * Finds the events of `count` samples from `first` on: those that were drawn as lists are used as they are, the others are listed in
 * scratch memory. `given` points to four arguments: lists, counts, flags of the samples that have them (or 0), capacity is that of `words`.
 */
function prepare(table: usize, bits: usize, lists: usize, first: i32, count: i32, steps: i32, words: i32, given: usize): void {
  const capacity = words << 5
  const listBytes = <usize>(steps * capacity) << 2, countBytes = <usize>steps << 2
  const counts = lists + listBytes * <usize>count
  const drawn = load<u32>(given), drawnCounts = load<u32>(given, 4), flags = load<u32>(given, 8)
  for (let s = 0; s < count; s++) {
    const b = <usize>(first + s)
    const at = entry(table, s)
    if (flags && load<u8>(<usize>flags + b)) {
      const own = <usize>drawnCounts + countBytes * b
      let total: u32 = 0
      for (let t: usize = 0; t < countBytes; t += 4) total += load<u32>(own + t)
      store<u32>(at, <u32>(<usize>drawn + listBytes * b))
      store<u32>(at, <u32>own, 4)
      store<u32>(at, total, 8)
      continue
    }
    const own = lists + listBytes * <usize>s, ownCounts = counts + countBytes * <usize>s
    store<u32>(at, <u32>own)
    store<u32>(at, <u32>ownCounts, 4)
    store<i32>(at, list(bits + ((<usize>(words * steps) * b) << 2), steps, words, own, ownCounts), 8)
  }
}

/** One row of a full panel: start + the weight rows of its events. */
function gatherRow(from: usize, count: u32, weights: usize, start: usize, out: usize): void {
  let a0 = f32x4.splat(0), a1 = a0, a2 = a0, a3 = a0, a4 = a0, a5 = a0, a6 = a0, a7 = a0
  if (start) {
    a0 = v128.load(start, 0)
    a1 = v128.load(start, 16)
    a2 = v128.load(start, 32)
    a3 = v128.load(start, 48)
    a4 = v128.load(start, 64)
    a5 = v128.load(start, 80)
    a6 = v128.load(start, 96)
    a7 = v128.load(start, 112)
  }
  const end = from + (<usize>count << 2)
  while (from < end) {
    const w = weights + (<usize>load<u32>(from) << 7)
    a0 = f32x4.add(a0, v128.load(w, 0))
    a1 = f32x4.add(a1, v128.load(w, 16))
    a2 = f32x4.add(a2, v128.load(w, 32))
    a3 = f32x4.add(a3, v128.load(w, 48))
    a4 = f32x4.add(a4, v128.load(w, 64))
    a5 = f32x4.add(a5, v128.load(w, 80))
    a6 = f32x4.add(a6, v128.load(w, 96))
    a7 = f32x4.add(a7, v128.load(w, 112))
    from += 4
  }
  v128.store(out, a0, 0)
  v128.store(out, a1, 16)
  v128.store(out, a2, 32)
  v128.store(out, a3, 48)
  v128.store(out, a4, 64)
  v128.store(out, a5, 80)
  v128.store(out, a6, 96)
  v128.store(out, a7, 112)
}

/** One row of a narrower panel, 4 neurons at a time. */
function gatherNarrow(from: usize, count: u32, weights: usize, start: usize, out: usize, width: i32): void {
  const end = from + (<usize>count << 2)
  const stride = <usize>width << 2
  for (let c: usize = 0; c < stride; c += 16) {
    let a = start ? v128.load(start + c) : f32x4.splat(0)
    for (let e = from; e < end; e += 4) a = f32x4.add(a, v128.load(weights + <usize>load<u32>(e) * stride + c))
    v128.store(out + c, a)
  }
}

/** Partial sums of 64 inputs: 16 tables (one for 4 inputs) of 16 rows of 32 neurons. */
function buildTables(weights: usize, tables: usize): void {
  for (let group = 0; group < 16; group++, weights += 512, tables += 2048) {
    for (let c: usize = 0; c < 128; c += 16) {
      const w0 = v128.load(weights + c, 0)
      const w1 = v128.load(weights + c, 128)
      const w2 = v128.load(weights + c, 256)
      const w3 = v128.load(weights + c, 384)
      const w01 = f32x4.add(w0, w1)
      const w02 = f32x4.add(w0, w2)
      const w12 = f32x4.add(w1, w2)
      const w012 = f32x4.add(w01, w2)
      const to = tables + c
      v128.store(to, f32x4.splat(0), 0)
      v128.store(to, w0, 128)
      v128.store(to, w1, 256)
      v128.store(to, w01, 384)
      v128.store(to, w2, 512)
      v128.store(to, w02, 640)
      v128.store(to, w12, 768)
      v128.store(to, w012, 896)
      v128.store(to, w3, 1024)
      v128.store(to, f32x4.add(w0, w3), 1152)
      v128.store(to, f32x4.add(w1, w3), 1280)
      v128.store(to, f32x4.add(w01, w3), 1408)
      v128.store(to, f32x4.add(w2, w3), 1536)
      v128.store(to, f32x4.add(w02, w3), 1664)
      v128.store(to, f32x4.add(w12, w3), 1792)
      v128.store(to, f32x4.add(w012, w3), 1920)
    }
  }
}

/** Adds the table rows that one word of 32 inputs selects. */
@inline
function addSelected(word: u32, tables: usize, out: usize): void {
  let a0 = v128.load(out, 0)
  let a1 = v128.load(out, 16)
  let a2 = v128.load(out, 32)
  let a3 = v128.load(out, 48)
  let a4 = v128.load(out, 64)
  let a5 = v128.load(out, 80)
  let a6 = v128.load(out, 96)
  let a7 = v128.load(out, 112)
  for (let k = 0; k < 8; k++, word >>= 4, tables += 2048) {
    const row = tables + (<usize>(word & 15) << 7)
    a0 = f32x4.add(a0, v128.load(row, 0))
    a1 = f32x4.add(a1, v128.load(row, 16))
    a2 = f32x4.add(a2, v128.load(row, 32))
    a3 = f32x4.add(a3, v128.load(row, 48))
    a4 = f32x4.add(a4, v128.load(row, 64))
    a5 = f32x4.add(a5, v128.load(row, 80))
    a6 = f32x4.add(a6, v128.load(row, 96))
    a7 = f32x4.add(a7, v128.load(row, 112))
  }
  v128.store(out, a0, 0)
  v128.store(out, a1, 16)
  v128.store(out, a2, 32)
  v128.store(out, a3, 48)
  v128.store(out, a4, 64)
  v128.store(out, a5, 80)
  v128.store(out, a6, 96)
  v128.store(out, a7, 112)
}

/** Whether a sample is worth tables: drawn lists never are, they are only made for few spikes. */
@inline
function isDense(at: usize, limit: i32): bool {
  return load<i32>(at, 8) > limit
}

/** Puts the starting value of each row of a sample's panel in place: the bias, or zeros, or what is there. */
function startRows(out: usize, steps: i32, width: i32, bias: usize, accumulate: i32): void {
  if (accumulate) return
  const size = <usize>width << 2
  for (let t = 0; t < steps; t++, out += size) {
    if (bias) memory.copy(out, bias, size)
    else memory.fill(out, 0, size)
  }
}

/**
 * out[b, t] = bias + sum of the weight rows of active inputs. A unit is a sample.
 * Arguments: bits, weights [K, N], bias or 0, out, T, K, N, accumulate, scratch, scratch bytes a thread, samples listed at once, and
 * the lists that were drawn with their counts and flags.
 */
export function gather(args: usize, from: i32, to: i32, thread: i32): void {
  const bits = <usize>arg(args, 0), weights = <usize>arg(args, 1), bias = <usize>arg(args, 2), out = <usize>arg(args, 3)
  const steps = arg(args, 4), inputs = arg(args, 5), neurons = arg(args, 6), accumulate = arg(args, 7)
  const scratch = <usize>arg(args, 8) + <usize>thread * <usize>arg(args, 9), chunk = arg(args, 10)
  const words = panels(inputs), capacity = words << 5
  const tables = scratch, found = scratch + 32768, lists = found + 256
  const sampleBits = <usize>(words * steps) << 2, sampleOut = <usize>(steps * padded(neurons)) << 2
  const limit = <i32>(DENSE * <f64>steps * <f64>inputs)
  for (let first = from; first < to; first += chunk) {
    const count = to - first < chunk ? to - first : chunk
    let dense = 0
    prepare(found, bits, lists, first, count, steps, words, args + 44)
    for (let s = 0; s < count; s++) if (isDense(entry(found, s), limit)) dense++
    for (let p = 0; p < panels(neurons); p++) {
      const width = widthOf(p, neurons)
      const panel = weights + (<usize>(p * inputs) << 7)
      const start = bias ? bias + (<usize>p << 7) : 0
      for (let s = 0; s < count; s++) {
        let row = out + sampleOut * <usize>(first + s) + (<usize>(p * steps) << 7)
        if (width == 32 && isDense(entry(found, s), limit)) {
          startRows(row, steps, width, start, accumulate)
          continue
        }
        let listed = <usize>load<u32>(entry(found, s))
        let counted = <usize>load<u32>(entry(found, s), 4)
        for (let t = 0; t < steps; t++, row += <usize>width << 2, listed += <usize>capacity << 2, counted += 4) {
          const begin = accumulate ? row : start
          if (width == 32) gatherRow(listed, load<u32>(counted), panel, begin, row)
          else gatherNarrow(listed, load<u32>(counted), panel, begin, row, width)
        }
      }
      if (dense == 0 || width < 32) continue
      for (let w = 0; w < words; w += 2) {
        buildTables(panel + (<usize>w << 12), tables)
        for (let s = 0; s < count; s++) {
          if (!isDense(entry(found, s), limit)) continue
          let row = out + sampleOut * <usize>(first + s) + (<usize>(p * steps) << 7)
          let word = bits + sampleBits * <usize>(first + s) + (<usize>(w * steps) << 2)
          const second = <usize>steps << 2
          for (let t = 0; t < steps; t++, row += 128, word += 4) {
            addSelected(load<u32>(word), tables, row)
            if (w + 1 < words) addSelected(load<u32>(word + second), tables + 16384, row)
          }
        }
      }
    }
  }
}

/** Adds one row of a full panel to the gradient rows of its events. */
function scatterRow(from: usize, count: u32, row: usize, gradient: usize): void {
  const d0 = v128.load(row, 0)
  const d1 = v128.load(row, 16)
  const d2 = v128.load(row, 32)
  const d3 = v128.load(row, 48)
  const d4 = v128.load(row, 64)
  const d5 = v128.load(row, 80)
  const d6 = v128.load(row, 96)
  const d7 = v128.load(row, 112)
  const end = from + (<usize>count << 2)
  while (from < end) {
    const g = gradient + (<usize>load<u32>(from) << 7)
    v128.store(g, f32x4.add(v128.load(g, 0), d0), 0)
    v128.store(g, f32x4.add(v128.load(g, 16), d1), 16)
    v128.store(g, f32x4.add(v128.load(g, 32), d2), 32)
    v128.store(g, f32x4.add(v128.load(g, 48), d3), 48)
    v128.store(g, f32x4.add(v128.load(g, 64), d4), 64)
    v128.store(g, f32x4.add(v128.load(g, 80), d5), 80)
    v128.store(g, f32x4.add(v128.load(g, 96), d6), 96)
    v128.store(g, f32x4.add(v128.load(g, 112), d7), 112)
    from += 4
  }
}

function scatterNarrow(from: usize, count: u32, row: usize, gradient: usize, width: i32): void {
  const end = from + (<usize>count << 2)
  const stride = <usize>width << 2
  for (let e = from; e < end; e += 4) {
    const g = gradient + <usize>load<u32>(e) * stride
    for (let c: usize = 0; c < stride; c += 16) v128.store(g + c, f32x4.add(v128.load(g + c), v128.load(row + c)))
  }
}

/**
 * gradient[k] = sum of delta[b, t] over the rows in which input k was active: spikes^T delta. A unit is a panel of neurons.
 * Arguments: bits, delta [T, B, N], gradient [K, N], T, B, K, N, accumulate, scratch, scratch bytes a thread, samples listed at once, and
 * the lists that were drawn with their counts and flags.
 */
export function scatter(args: usize, from: i32, to: i32, thread: i32): void {
  const bits = <usize>arg(args, 0), delta = <usize>arg(args, 1), gradient = <usize>arg(args, 2)
  const steps = arg(args, 3), batch = arg(args, 4), inputs = arg(args, 5), neurons = arg(args, 6), accumulate = arg(args, 7)
  const scratch = <usize>arg(args, 8) + <usize>thread * <usize>arg(args, 9), chunk = arg(args, 10)
  if (from == to) return
  const words = panels(inputs), capacity = words << 5
  const found = scratch + 32768, lists = found + 256
  const sampleDelta = <usize>(steps * padded(neurons)) << 2
  if (!accumulate) {
    for (let p = from; p < to; p++) {
      memory.fill(gradient + (<usize>(p * inputs) << 7), 0, <usize>(inputs * widthOf(p, neurons)) << 2)
    }
  }
  for (let first = 0; first < batch; first += chunk) {
    const count = batch - first < chunk ? batch - first : chunk
    prepare(found, bits, lists, first, count, steps, words, args + 44)
    for (let p = from; p < to; p++) {
      const width = widthOf(p, neurons)
      const panel = gradient + (<usize>(p * inputs) << 7)
      for (let s = 0; s < count; s++) {
        let row = delta + sampleDelta * <usize>(first + s) + (<usize>(p * steps) << 7)
        let listed = <usize>load<u32>(entry(found, s))
        let counted = <usize>load<u32>(entry(found, s), 4)
        for (let t = 0; t < steps; t++, row += <usize>width << 2, listed += <usize>capacity << 2, counted += 4) {
          if (width == 32) scatterRow(listed, load<u32>(counted), row, panel)
          else scatterNarrow(listed, load<u32>(counted), row, panel, width)
        }
      }
    }
  }
}
