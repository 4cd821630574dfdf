import { transposeBits } from './bits'
import { panels } from './common'
import { neuronAt, PAIR, pairsAt, runFrom, strideAt, whole } from './wired'

// Gradients where inputs fire often: the steps of each input are a mask, and the rows of delta that it chooses are summed in registers.

/** Bytes of the scratch in which bits are turned about. */
export const TURNED: usize = 128

/** For each input its steps from `first` on, up to 32 of them, as a word. */
function masksOf(bits: usize, steps: i32, inputs: i32, first: i32, masks: usize, scratch: usize): void {
  const count = steps - first < 32 ? steps - first : 32
  for (let w = 0; w < panels(inputs); w++, masks += 128) {
    memory.copy(scratch, bits + (<usize>(w * steps + first) << 2), <usize>count << 2)
    memory.fill(scratch + (<usize>count << 2), 0, <usize>(32 - count) << 2)
    transposeBits(scratch)
    memory.copy(masks, scratch, 128)
  }
}

/** `n` vectors (a constant): sum += the rows that a mask chooses. */
@inline
function addChosen(mask: u32, rows: usize, stride: usize, sum: usize, n: i32): void {
  const zero = f32x4.splat(0)
  let a0 = v128.load(sum, 0), a1 = n > 1 ? v128.load(sum, 16) : zero, a2 = n > 2 ? v128.load(sum, 32) : zero, a3 = n > 3 ? v128.load(sum, 48) : zero
  let a4 = n > 4 ? v128.load(sum, 64) : zero, a5 = n > 5 ? v128.load(sum, 80) : zero, a6 = n > 6 ? v128.load(sum, 96) : zero, a7 = n > 7 ? v128.load(sum, 112) : zero
  for (; mask; mask &= mask - 1) {
    const row = rows + <usize>ctz(mask) * stride
    a0 = f32x4.add(a0, v128.load(row, 0))
    if (n > 1) a1 = f32x4.add(a1, v128.load(row, 16))
    if (n > 2) a2 = f32x4.add(a2, v128.load(row, 32))
    if (n > 3) a3 = f32x4.add(a3, v128.load(row, 48))
    if (n > 4) a4 = f32x4.add(a4, v128.load(row, 64))
    if (n > 5) a5 = f32x4.add(a5, v128.load(row, 80))
    if (n > 6) a6 = f32x4.add(a6, v128.load(row, 96))
    if (n > 7) a7 = f32x4.add(a7, v128.load(row, 112))
  }
  v128.store(sum, a0, 0)
  if (n > 1) v128.store(sum, a1, 16)
  if (n > 2) v128.store(sum, a2, 32)
  if (n > 3) v128.store(sum, a3, 48)
  if (n > 4) v128.store(sum, a4, 64)
  if (n > 5) v128.store(sum, a5, 80)
  if (n > 6) v128.store(sum, a6, 96)
  if (n > 7) v128.store(sum, a7, 112)
}

/** All channels of a site that another sees, by their masks. */
@inline
function channels(masks: usize, count: i32, rows: usize, stride: usize, gradient: usize, row: usize, n: i32): void {
  for (let c = 0; c < count; c++, masks += 4, gradient += row) {
    const mask = load<u32>(masks)
    if (mask) addChosen(mask, rows, stride, gradient, n)
  }
}

function channelsOf(vectors: i32, masks: usize, count: i32, rows: usize, stride: usize, gradient: usize, row: usize): void {
  switch (vectors) {
    case 1: channels(masks, count, rows, stride, gradient, row, 1); break
    case 2: channels(masks, count, rows, stride, gradient, row, 2); break
    case 3: channels(masks, count, rows, stride, gradient, row, 3); break
    case 4: channels(masks, count, rows, stride, gradient, row, 4); break
    case 8: channels(masks, count, rows, stride, gradient, row, 8)
  }
}

/** A sample's part of a gradient; the width of the output is a multiple of 4. Scratch holds a word for each bit of a step, and 128 bytes. */
export function sumSteps(bits: usize, steps: i32, inputs: i32, width: i32, start: usize, pairs: usize, sites: i32, gradient: usize, row: usize, delta: usize, into: i32, outputs: i32, scratch: usize): void {
  const masks = scratch + TURNED
  for (let first = 0; first < steps; first += 32) {
    masksOf(bits, steps, inputs, first, masks, scratch)
    for (let q = 0; q < sites; q++) {
      const from = pairsAt(start, pairs, q), end = pairsAt(start, pairs, q + 1)
      for (let n = q * into, last = n + into; n < last;) {
        const count = whole(runFrom(n, last - n) >> 2) << 2, stride = strideAt(n, outputs)
        const rows = neuronAt(delta, n, steps) + <usize>first * stride
        const columns = gradient + (<usize>(n - q * into) << 2)
        for (let at = from; at < end; at += PAIR) {
          channelsOf(count >> 2, masks + (<usize>(load<i32>(at) * width) << 2), width, rows, stride, columns + <usize>(load<i32>(at, 4) * width) * row, row)
        }
        n += count
      }
    }
  }
}
