import { arg, padded, panels, widthOf } from './common'
import { endsOf, entry, eventsOf, isListed, prepare } from './lists'
import { addSelected, buildTables, TABLE_BYTES } from './tables'

// Products with spikes: work goes with events, not with inputs x time. Every element of a result is computed by one thread in one order,
// so that sums are the same bits for any number of threads.

/** `n` vectors (a constant) of the rows of a sample's panel: each is its start and the weight rows of its step's events. */
@inline
function addEvents(events: usize, ends: usize, steps: i32, weights: usize, stride: usize, bias: usize, accumulate: i32, out: usize, n: i32): void {
  let from = events
  for (let last = ends + (<usize>steps << 2); ends < last; ends += 4, out += stride) {
    const end = events + (<usize>load<u32>(ends) << 2)
    let a0 = f32x4.splat(0), a1 = a0, a2 = a0, a3 = a0, a4 = a0, a5 = a0, a6 = a0, a7 = a0
    const start = accumulate ? out : bias
    if (start) {
      a0 = v128.load(start, 0)
      if (n > 1) a1 = v128.load(start, 16)
      if (n > 2) a2 = v128.load(start, 32)
      if (n > 3) a3 = v128.load(start, 48)
      if (n > 4) a4 = v128.load(start, 64)
      if (n > 5) a5 = v128.load(start, 80)
      if (n > 6) a6 = v128.load(start, 96)
      if (n > 7) a7 = v128.load(start, 112)
    }
    for (; from < end; from += 4) {
      const w = weights + <usize>load<u32>(from) * stride
      a0 = f32x4.add(a0, v128.load(w, 0))
      if (n > 1) a1 = f32x4.add(a1, v128.load(w, 16))
      if (n > 2) a2 = f32x4.add(a2, v128.load(w, 32))
      if (n > 3) a3 = f32x4.add(a3, v128.load(w, 48))
      if (n > 4) a4 = f32x4.add(a4, v128.load(w, 64))
      if (n > 5) a5 = f32x4.add(a5, v128.load(w, 80))
      if (n > 6) a6 = f32x4.add(a6, v128.load(w, 96))
      if (n > 7) a7 = f32x4.add(a7, v128.load(w, 112))
    }
    v128.store(out, a0, 0)
    if (n > 1) v128.store(out, a1, 16)
    if (n > 2) v128.store(out, a2, 32)
    if (n > 3) v128.store(out, a3, 48)
    if (n > 4) v128.store(out, a4, 64)
    if (n > 5) v128.store(out, a5, 80)
    if (n > 6) v128.store(out, a6, 96)
    if (n > 7) v128.store(out, a7, 112)
  }
}

function gatherEvents(vectors: i32, events: usize, ends: usize, steps: i32, weights: usize, bias: usize, accumulate: i32, out: usize): void {
  if (vectors == 8) return addEvents(events, ends, steps, weights, 128, bias, accumulate, out, 8)
  const stride = <usize>vectors << 4
  if (vectors & 4) {
    addEvents(events, ends, steps, weights, stride, bias, accumulate, out, 4)
    weights += 64
    out += 64
    if (bias) bias += 64
  }
  switch (vectors & 3) {
    case 1: addEvents(events, ends, steps, weights, stride, bias, accumulate, out, 1); break
    case 2: addEvents(events, ends, steps, weights, stride, bias, accumulate, out, 2); break
    case 3: addEvents(events, ends, steps, weights, stride, bias, accumulate, out, 3)
  }
}

/** Adds to `n` vectors of each row of a sample's panel what 64 of its inputs, two words of bits, choose; `first` starts from the bias. */
@inline
function addWords(words: usize, second: usize, groups: i32, tables: usize, steps: i32, bias: usize, first: bool, out: usize, stride: usize, n: i32): void {
  for (let t = 0; t < steps; t++, words += 4, out += stride) {
    let mask = <u64>load<u32>(words)
    if (groups > 8) mask |= <u64>load<u32>(words + second) << 32
    addSelected(mask, groups, tables, first ? bias : out, out, n)
  }
}

function gatherWords(vectors: i32, words: usize, second: usize, groups: i32, tables: usize, steps: i32, bias: usize, first: bool, out: usize): void {
  if (vectors == 8) return addWords(words, second, groups, tables, steps, bias, first, out, 128, 8)
  const stride = <usize>vectors << 4
  if (vectors & 4) {
    addWords(words, second, groups, tables, steps, bias, first, out, stride, 4)
    tables += 64
    out += 64
    if (bias) bias += 64
  }
  switch (vectors & 3) {
    case 1: addWords(words, second, groups, tables, steps, bias, first, out, stride, 1); break
    case 2: addWords(words, second, groups, tables, steps, bias, first, out, stride, 2); break
    case 3: addWords(words, second, groups, tables, steps, bias, first, out, stride, 3)
  }
}

/**
 * out[b, t] = bias + sum of the weight rows of active inputs. A unit is a sample.
 * Arguments: bits, weights [K, N], bias or 0, out, T, K, N, accumulate, scratch, scratch bytes a thread, samples listed at once, the
 * most events that are listed, and the lists that were drawn with their capacity, ends and flags.
 */
export function gather(args: usize, from: i32, to: i32, thread: i32): void {
  const bits = <usize>arg(args, 0), weights = <usize>arg(args, 1), bias = <usize>arg(args, 2), out = <usize>arg(args, 3)
  const steps = arg(args, 4), inputs = arg(args, 5), neurons = arg(args, 6), accumulate = arg(args, 7)
  const scratch = <usize>arg(args, 8) + <usize>thread * <usize>arg(args, 9), chunk = arg(args, 10), most = arg(args, 11)
  const words = panels(inputs)
  const tables = scratch, found = scratch + TABLE_BYTES, lists = found + 256
  const sampleBits = <usize>(words * steps) << 2, sampleOut = <usize>(steps * padded(neurons)) << 2
  for (let first = from; first < to; first += chunk) {
    const count = to - first < chunk ? to - first : chunk
    let dense = 0
    prepare(found, bits, lists, first, count, steps, words, most, args + 48)
    for (let s = 0; s < count; s++) if (!isListed(entry(found, s))) dense++
    for (let p = 0; p < panels(neurons); p++) {
      const width = widthOf(p, neurons), vectors = width >> 2
      const panel = weights + (<usize>(p * inputs) << 7)
      const start = bias ? bias + (<usize>p << 7) : 0
      const rows = out + sampleOut * <usize>first + (<usize>(p * steps) << 7)
      for (let s = 0; s < count; s++) {
        const at = entry(found, s)
        if (!isListed(at)) continue
        gatherEvents(vectors, eventsOf(at), endsOf(at), steps, panel, start, accumulate, rows + sampleOut * <usize>s)
      }
      if (dense == 0) continue
      for (let w = 0; w < words; w += 2) {
        const left = inputs - (w << 5) < 64 ? inputs - (w << 5) : 64
        const stride = <usize>width << 2
        buildTables(panel + <usize>(w << 5) * stride, left, stride, tables)
        for (let s = 0; s < count; s++) {
          if (isListed(entry(found, s))) continue
          const word = bits + sampleBits * <usize>(first + s) + (<usize>(w * steps) << 2)
          gatherWords(vectors, word, <usize>steps << 2, (left + 3) >> 2, tables, steps, start, w == 0 && !accumulate, rows + sampleOut * <usize>s)
        }
      }
    }
  }
}
