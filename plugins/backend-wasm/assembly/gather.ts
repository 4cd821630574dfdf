import { arg, padded, panels, widthOf } from './common'
import { entry, prepare } from './lists'
import { addSelected, buildTables } from './tables'

// Products with spikes: work goes with events, not with inputs x time. Every element of a result is computed by one thread in one order,
// so that sums are the same bits for any number of threads.

/** Above this share of active inputs a table of partial sums is faster than adding rows one by one. */
const DENSE: f64 = 0.3

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
