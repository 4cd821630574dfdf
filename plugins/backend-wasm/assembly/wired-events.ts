import { panels } from './common'
import { neuronAt, pairsAt, PAIR, strideAt } from './wired'

// Event by event: each adds rows of weights to the sites that it reaches, or rows of deltas to the gradient of those weights.

/** What a piece of a table holds: panel of the output in bytes a step; offset, neurons and bytes of a row; offset of the weights; lag. */
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

@inline
function addNumbers(to: usize, from: usize, count: i32): void {
  let c = 0
  for (; c + 4 <= count; c += 4, to += 16, from += 16) v128.store(to, f32x4.add(v128.load(to), v128.load(from)))
  for (; c < count; c++, to += 4, from += 4) store<f32>(to, load<f32>(to) + load<f32>(from))
}

/** All events of a sample; `n` vectors in every piece (a constant), 0 where pieces differ. */
@inline
function eachEvent(bits: usize, steps: i32, inputs: i32, width: i32, start: usize, pieces: usize, weights: usize, row: usize, rows: usize, later: i32, gradient: bool, n: i32): void {
  for (let word = 0; word < panels(inputs); word++) {
    for (let t = 0; t < steps; t++, bits += 4) {
      for (let m = load<u32>(bits); m; m &= m - 1) {
        const i = <u32>((word << 5) + <i32>ctz(m)), site = i / <u32>width
        const own = weights + <usize>(i - site * <u32>width) * row
        const end = pieces + <usize>load<u32>(start + (<usize>(site + 1) << 2)) * PIECE
        for (let at = pieces + <usize>load<u32>(start + (<usize>site << 2)) * PIECE; at < end; at += PIECE) {
          const arrival = t + load<i32>(at, 12)
          if (arrival >= later) continue
          const shape = load<u32>(at, 4)
          const y = rows + <usize>load<u32>(at) * <usize>later + <usize>(shape & 0xff) + <usize>(shape >> 16) * <usize>arrival
          const w = own + <usize>load<u32>(at, 8)
          const to = gradient ? w : y, from = gradient ? y : w
          if (n > 0) addVectors(to, from, n)
          else addNumbers(to, from, <i32>(shape >> 8) & 0xff)
        }
      }
    }
  }
}

@inline
function events(vectors: i32, bits: usize, steps: i32, inputs: i32, width: i32, start: usize, pieces: usize, weights: usize, row: usize, rows: usize, later: i32, gradient: bool): void {
  switch (vectors) {
    case 1: eachEvent(bits, steps, inputs, width, start, pieces, weights, row, rows, later, gradient, 1); break
    case 2: eachEvent(bits, steps, inputs, width, start, pieces, weights, row, rows, later, gradient, 2); break
    case 3: eachEvent(bits, steps, inputs, width, start, pieces, weights, row, rows, later, gradient, 3); break
    case 4: eachEvent(bits, steps, inputs, width, start, pieces, weights, row, rows, later, gradient, 4); break
    case 8: eachEvent(bits, steps, inputs, width, start, pieces, weights, row, rows, later, gradient, 8); break
    default: eachEvent(bits, steps, inputs, width, start, pieces, weights, row, rows, later, gradient, 0)
  }
}

/** rows[site of the output] += weights of each event. */
export function addEvents(vectors: i32, bits: usize, steps: i32, inputs: i32, width: i32, start: usize, pieces: usize, weights: usize, row: usize, rows: usize, later: i32): void {
  events(vectors, bits, steps, inputs, width, start, pieces, weights, row, rows, later, false)
}

/** gradient of the weights of each event += rows[site of the output]. */
export function gatherEvents(vectors: i32, bits: usize, steps: i32, inputs: i32, width: i32, start: usize, pieces: usize, gradient: usize, row: usize, rows: usize, later: i32): void {
  events(vectors, bits, steps, inputs, width, start, pieces, gradient, row, rows, later, true)
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
