import { transposeBits } from './bits'
import { arg, padded, panels, widthOf } from './common'
import { endsOf, entry, eventsOf, isListed, prepare } from './lists'
import { addSelected, buildTables, TABLE_BYTES } from './tables'

// Gradients of weights: spikes^T delta. Work goes with events up to a share of active inputs, then no longer grows. Every element of a
// result is computed by one thread in one order, so that sums are the same bits for any number of threads.

/** Adds `n` vectors (a constant) of the rows of a sample's panel to the gradient rows of their step's events. */
@inline
function addRows(events: usize, ends: usize, steps: i32, row: usize, gradient: usize, stride: usize, n: i32): void {
  let from = events
  for (let last = ends + (<usize>steps << 2); ends < last; ends += 4, row += stride) {
    const end = events + (<usize>load<u32>(ends) << 2)
    if (from == end) continue
    const zero = f32x4.splat(0)
    const d0 = v128.load(row, 0)
    const d1 = n > 1 ? v128.load(row, 16) : zero
    const d2 = n > 2 ? v128.load(row, 32) : zero
    const d3 = n > 3 ? v128.load(row, 48) : zero
    const d4 = n > 4 ? v128.load(row, 64) : zero
    const d5 = n > 5 ? v128.load(row, 80) : zero
    const d6 = n > 6 ? v128.load(row, 96) : zero
    const d7 = n > 7 ? v128.load(row, 112) : zero
    for (; from < end; from += 4) {
      const g = gradient + <usize>load<u32>(from) * stride
      v128.store(g, f32x4.add(v128.load(g, 0), d0), 0)
      if (n > 1) v128.store(g, f32x4.add(v128.load(g, 16), d1), 16)
      if (n > 2) v128.store(g, f32x4.add(v128.load(g, 32), d2), 32)
      if (n > 3) v128.store(g, f32x4.add(v128.load(g, 48), d3), 48)
      if (n > 4) v128.store(g, f32x4.add(v128.load(g, 64), d4), 64)
      if (n > 5) v128.store(g, f32x4.add(v128.load(g, 80), d5), 80)
      if (n > 6) v128.store(g, f32x4.add(v128.load(g, 96), d6), 96)
      if (n > 7) v128.store(g, f32x4.add(v128.load(g, 112), d7), 112)
    }
  }
}

function scatterEvents(vectors: i32, events: usize, ends: usize, steps: i32, rows: usize, gradient: usize): void {
  if (vectors == 8) return addRows(events, ends, steps, rows, gradient, 128, 8)
  const stride = <usize>vectors << 4
  if (vectors & 4) {
    addRows(events, ends, steps, rows, gradient, stride, 4)
    rows += 64
    gradient += 64
  }
  switch (vectors & 3) {
    case 1: addRows(events, ends, steps, rows, gradient, stride, 1); break
    case 2: addRows(events, ends, steps, rows, gradient, stride, 2); break
    case 3: addRows(events, ends, steps, rows, gradient, stride, 3)
  }
}

/** Adds to `n` vectors of the gradient row of each input the sum of those of 64 rows in whose steps it was active. */
@inline
function addSteps(masks: usize, blocks: i32, inputs: i32, groups: i32, tables: usize, gradient: usize, stride: usize, n: i32): void {
  for (let k = 0; k < inputs; k++, masks += <usize>blocks << 3, gradient += stride) {
    addSelected(load<u64>(masks), groups, tables, gradient, gradient, n)
  }
}

function scatterSteps(vectors: i32, masks: usize, blocks: i32, inputs: i32, groups: i32, tables: usize, gradient: usize): void {
  if (vectors == 8) return addSteps(masks, blocks, inputs, groups, tables, gradient, 128, 8)
  const stride = <usize>vectors << 4
  if (vectors & 4) {
    addSteps(masks, blocks, inputs, groups, tables, gradient, stride, 4)
    tables += 64
    gradient += 64
  }
  switch (vectors & 3) {
    case 1: addSteps(masks, blocks, inputs, groups, tables, gradient, stride, 1); break
    case 2: addSteps(masks, blocks, inputs, groups, tables, gradient, stride, 2); break
    case 3: addSteps(masks, blocks, inputs, groups, tables, gradient, stride, 3)
  }
}

/** A sample's spikes by input: for each of them the steps in which it was active, 64 to a mask: [32 * words][blocks] u64. */
function masksOf(bits: usize, steps: i32, words: i32, masks: usize, scratch: usize): void {
  const blocks = (steps + 63) >> 6
  for (let w = 0; w < words; w++, bits += <usize>steps << 2) {
    for (let half = 0; half < blocks << 1; half++) {
      const first = half << 5, count = steps - first < 32 ? steps - first : 32
      if (count > 0) memory.copy(scratch, bits + (<usize>first << 2), <usize>count << 2)
      if (count < 32) memory.fill(scratch + (count > 0 ? <usize>count << 2 : 0), 0, <usize>(count > 0 ? 32 - count : 32) << 2)
      transposeBits(scratch)
      let to = masks + (<usize>((w << 5) * blocks) << 3) + (<usize>half << 2)
      for (let i: usize = 0; i < 128; i += 4, to += <usize>blocks << 3) store<u32>(to, load<u32>(scratch + i))
    }
  }
}

/**
 * gradient[k] = sum of delta[b, t] over the rows in which input k was active. A unit is a panel of neurons.
 * Arguments: bits, delta [T, B, N], gradient [K, N], T, B, K, N, accumulate, scratch, scratch bytes a thread, samples listed at once,
 * the most events that are listed, and the lists that were drawn with their capacity, ends and flags.
 */
export function scatter(args: usize, from: i32, to: i32, thread: i32): void {
  const bits = <usize>arg(args, 0), delta = <usize>arg(args, 1), gradient = <usize>arg(args, 2)
  const steps = arg(args, 3), batch = arg(args, 4), inputs = arg(args, 5), neurons = arg(args, 6), accumulate = arg(args, 7)
  const scratch = <usize>arg(args, 8) + <usize>thread * <usize>arg(args, 9), chunk = arg(args, 10), most = arg(args, 11)
  if (from == to) return
  const words = panels(inputs), blocks = (steps + 63) >> 6
  const tables = scratch, found = scratch + TABLE_BYTES, turned = found + 128, lists = found + 256
  const sampleBits = <usize>(words * steps) << 2, sampleDelta = <usize>(steps * padded(neurons)) << 2
  const sampleMasks = <usize>((words << 5) * blocks) << 3
  const masks = lists + <usize>chunk * (<usize>(most + steps) << 2)
  if (!accumulate) {
    for (let p = from; p < to; p++) {
      memory.fill(gradient + (<usize>(p * inputs) << 7), 0, <usize>(inputs * widthOf(p, neurons)) << 2)
    }
  }
  for (let first = 0; first < batch; first += chunk) {
    const count = batch - first < chunk ? batch - first : chunk
    prepare(found, bits, lists, first, count, steps, words, most, args + 48)
    for (let s = 0; s < count; s++) {
      if (!isListed(entry(found, s))) masksOf(bits + sampleBits * <usize>(first + s), steps, words, masks + sampleMasks * <usize>s, turned)
    }
    for (let p = from; p < to; p++) {
      const width = widthOf(p, neurons), vectors = width >> 2, stride = <usize>width << 2
      const panel = gradient + (<usize>(p * inputs) << 7)
      for (let s = 0; s < count; s++) {
        const at = entry(found, s)
        const rows = delta + sampleDelta * <usize>(first + s) + (<usize>(p * steps) << 7)
        if (isListed(at)) {
          scatterEvents(vectors, eventsOf(at), endsOf(at), steps, rows, panel)
          continue
        }
        for (let block = 0; block < blocks; block++) {
          const left = steps - (block << 6) < 64 ? steps - (block << 6) : 64
          buildTables(rows + <usize>(block << 6) * stride, left, stride, tables)
          const mask = masks + sampleMasks * <usize>s + (<usize>block << 3)
          scatterSteps(vectors, mask, blocks, inputs, (left + 3) >> 2, tables, panel)
        }
      }
    }
  }
}
