import { factors } from './factors'
import { Layer } from './layer'

/** sums_j = sum of u_ij over the rows listed, for units of `from` to `to - 1`, multiples of 4. */
export function gather(layer: Layer, rows: usize, rowsEnd: usize, from: i32, to: i32): void {
  const out = layer.sums
  let j = from
  for (; j + 32 <= to; j += 32) {
    const offset = <usize>j << 2
    let a0 = f32x4.splat(0)
    let a1 = a0
    let a2 = a0
    let a3 = a0
    let a4 = a0
    let a5 = a0
    let a6 = a0
    let a7 = a0
    for (let e = rows; e < rowsEnd; e += 4) {
      const w = <usize>load<u32>(e) + offset
      a0 = f32x4.add(a0, v128.load(w))
      a1 = f32x4.add(a1, v128.load(w, 16))
      a2 = f32x4.add(a2, v128.load(w, 32))
      a3 = f32x4.add(a3, v128.load(w, 48))
      a4 = f32x4.add(a4, v128.load(w, 64))
      a5 = f32x4.add(a5, v128.load(w, 80))
      a6 = f32x4.add(a6, v128.load(w, 96))
      a7 = f32x4.add(a7, v128.load(w, 112))
    }
    const o = out + offset
    v128.store(o, a0)
    v128.store(o, a1, 16)
    v128.store(o, a2, 32)
    v128.store(o, a3, 48)
    v128.store(o, a4, 64)
    v128.store(o, a5, 80)
    v128.store(o, a6, 96)
    v128.store(o, a7, 112)
  }
  for (; j < to; j += 4) {
    const offset = <usize>j << 2
    let a = f32x4.splat(0)
    for (let e = rows; e < rowsEnd; e += 4) a = f32x4.add(a, v128.load(<usize>load<u32>(e) + offset))
    v128.store(out + offset, a)
  }
}

/** v = beta v + common scale sum + bias, and what of it lies above the threshold. Returns how many of those that take part are above. */
export function integrate(layer: Layer, from: i32, to: i32): i32 {
  const beta = f32x4.splat(<f32>layer.beta)
  let above = i32x4.splat(0)
  for (let j = from; j < to; j += 4) {
    const offset = <usize>j << 2
    const current = f32x4.mul(factors(layer, j), v128.load(layer.sums + offset))
    const kept = f32x4.mul(beta, v128.load(layer.v + offset))
    const v = f32x4.add(f32x4.add(kept, current), v128.load(layer.bias + offset))
    const excess = f32x4.sub(v, v128.load(layer.threshold + offset))
    v128.store(layer.v + offset, v)
    v128.store(layer.excess + offset, excess)
    above = i32x4.sub(above, f32x4.gt(excess, f32x4.splat(0)))
  }
  let count = lanes(above)
  count -= exclude(layer, from, layer.first)
  return count - exclude(layer, layer.last, to)
}

/** Leaves out units that were only computed to fill a vector. Returns how many of them were above their threshold. */
function exclude(layer: Layer, from: i32, to: i32): i32 {
  let count = 0
  for (let j = from; j < to; j++) {
    const at = layer.excess + (<usize>j << 2)
    if (load<f32>(at) > 0) count++
    store<f32>(at, 0)
  }
  return count
}

@inline
export function lanes(counts: v128): i32 {
  return (
    i32x4.extract_lane(counts, 0) +
    i32x4.extract_lane(counts, 1) +
    i32x4.extract_lane(counts, 2) +
    i32x4.extract_lane(counts, 3)
  )
}
