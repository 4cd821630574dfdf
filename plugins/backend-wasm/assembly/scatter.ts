import { arg, padded, panels, widthOf } from './common'
import { entry, prepare } from './lists'

// Products with spikes: work goes with events, not with inputs x time. Every element of a result is computed by one thread in one order,
// so that sums are the same bits for any number of threads.

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
