import { panels } from './common'
import { neuronAt, pairsAt, PAIR, strideAt } from './wired'

// Event by event: each adds rows of weights to the sites that it reaches, or rows of deltas to the gradient of those weights.

/** What a piece of a table holds: where it begins in a sample at step 0, bytes from step to step and neurons, offset of the weights, lag. */
const PIECE: usize = 16

/** Adds `n` vectors (a constant). */
@inline
function addVectors(to: usize, from: usize, n: i32): void {
  v128.store(to, f32x4.add(v128.load(to, 0), v128.load(from, 0)), 0)
  if (n > 1) v128.store(to, f32x4.add(v128.load(to, 16), v128.load(from, 16)), 16)
  if (n > 2) v128.store(to, f32x4.add(v128.load(to, 32), v128.load(from, 32)), 32)
  if (n > 3) v128.store(to, f32x4.add(v128.load(to, 48), v128.load(from, 48)), 48)
  if (n > 4) v128.store(to, f32x4.add(v128.load(to, 64), v128.load(from, 64)), 64)
  if (n > 5) v128.store(to, f32x4.add(v128.load(to, 80), v128.load(from, 80)), 80)
  if (n > 6) v128.store(to, f32x4.add(v128.load(to, 96), v128.load(from, 96)), 96)
  if (n > 7) v128.store(to, f32x4.add(v128.load(to, 112), v128.load(from, 112)), 112)
}

/** How pieces are: so many vectors each (4 or 8), vectors of any number, neurons of any number, or with lags. */
const VECTORS: i32 = 0, NEURONS: i32 = -1, LAGS: i32 = -2

@inline
function addPiece(to: usize, from: usize, count: i32, n: i32): void {
  if (n > 0) return addVectors(to, from, n)
  for (; count >= 4; count -= 4, to += 16, from += 16) v128.store(to, f32x4.add(v128.load(to), v128.load(from)))
  if (n == VECTORS) return
  for (; count > 0; count--, to += 4, from += 4) store<f32>(to, load<f32>(to) + load<f32>(from))
}

/** All events of a sample; `n` (a constant): how pieces are. */
@inline
function eachEvent(bits: usize, steps: i32, inputs: i32, width: i32, start: usize, pieces: usize, weights: usize, row: usize, rows: usize, later: i32, gradient: bool, n: i32): void {
  for (let word = 0; word < panels(inputs); word++) {
    for (let t = 0; t < steps; t++, bits += 4) {
      for (let m = load<u32>(bits); m; m &= m - 1) {
        const i = <u32>((word << 5) + <i32>ctz(m)), site = i / <u32>width
        const own = weights + <usize>(i - site * <u32>width) * row
        const end = pieces + <usize>load<u32>(start + (<usize>site << 2), 4) * PIECE
        for (let at = pieces + <usize>load<u32>(start + (<usize>site << 2)) * PIECE; at < end; at += PIECE) {
          const arrival = n == LAGS ? t + load<i32>(at, 12) : t
          if (n == LAGS && arrival >= later) continue
          const y = rows + <usize>load<u32>(at) + <usize>load<u16>(at, 4) * <usize>arrival, w = own + <usize>load<u32>(at, 8)
          addPiece(gradient ? w : y, gradient ? y : w, <i32>load<u16>(at, 6), n)
        }
      }
    }
  }
}

@inline
function events(kind: i32, bits: usize, steps: i32, inputs: i32, width: i32, start: usize, pieces: usize, weights: usize, row: usize, rows: usize, later: i32, gradient: bool): void {
  switch (kind) {
    case 4: eachEvent(bits, steps, inputs, width, start, pieces, weights, row, rows, later, gradient, 4); break
    case 8: eachEvent(bits, steps, inputs, width, start, pieces, weights, row, rows, later, gradient, 8); break
    case NEURONS: eachEvent(bits, steps, inputs, width, start, pieces, weights, row, rows, later, gradient, NEURONS); break
    case LAGS: eachEvent(bits, steps, inputs, width, start, pieces, weights, row, rows, later, gradient, LAGS); break
    default: eachEvent(bits, steps, inputs, width, start, pieces, weights, row, rows, later, gradient, VECTORS)
  }
}

/** rows[site of the output] += weights of each event. */
export function addEvents(kind: i32, bits: usize, steps: i32, inputs: i32, width: i32, start: usize, pieces: usize, weights: usize, row: usize, rows: usize, later: i32): void {
  events(kind, bits, steps, inputs, width, start, pieces, weights, row, rows, later, false)
}

/** gradient of the weights of each event += rows[site of the output]. */
export function gatherEvents(kind: i32, bits: usize, steps: i32, inputs: i32, width: i32, start: usize, pieces: usize, gradient: usize, row: usize, rows: usize, later: i32): void {
  events(kind, bits, steps, inputs, width, start, pieces, gradient, row, rows, later, true)
}

/** The same of a diagonal wiring, whose channels go each its own way; its table holds pairs by the sites of the input. */
export function eachChannel(bits: usize, steps: i32, inputs: i32, width: i32, start: usize, pairs: usize, weights: usize, row: usize, rows: usize, later: i32, outputs: i32, gradient: bool): void {
  for (let word = 0; word < panels(inputs); word++) {
    for (let t = 0; t < steps; t++, bits += 4) {
      for (let m = load<u32>(bits); m; m &= m - 1) {
        const i = (word << 5) + <i32>ctz(m), site = <i32>(<u32>i / <u32>width), c = i - site * width
        const end = pairsAt(start, pairs, site + 1)
        for (let at = pairsAt(start, pairs, site); at < end; at += PAIR) {
          const arrival = t + load<i32>(at, 8)
          if (arrival >= later) continue
          const n = load<i32>(at) * width + c
          const y = neuronAt(rows, n, later) + strideAt(n, outputs) * <usize>arrival
          const w = weights + <usize>load<u32>(at, 4) * row + (<usize>c << 2)
          const to = gradient ? w : y, from = gradient ? y : w
          store<f32>(to, load<f32>(to) + load<f32>(from))
        }
      }
    }
  }
}
