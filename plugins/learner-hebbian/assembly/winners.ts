import { lanes } from './integrate'
import { Layer } from './layer'

// Positive floats are ordered as their bits are, so all comparisons here are of integers.

/**
 * Lists at `out`, in order, the k units with the largest positive excess, ties going to the lowest index. So many have one; `from` and
 * `to` are multiples of 4. Returns the end of the list.
 */
export function winners(layer: Layer, from: i32, to: i32, positive: i32, out: usize): usize {
  if (positive === 0 || layer.k < 1) return out
  if (positive <= layer.k) return list(layer, from, to, 1, 0, out)
  // More than k are from `low` upwards, fewer from `high`.
  let low = 1
  let high = largest(layer, from, to) + 1
  let middle = layer.k === 1 ? high - 1 : between(low, high)
  while (high - low > 1) {
    const found = countFrom(layer, from, to, middle)
    if (found === layer.k) return list(layer, from, to, middle, 0, out)
    if (found > layer.k) low = middle
    else high = middle
    middle = between(low, high)
  }
  return list(layer, from, to, low, layer.k - countFrom(layer, from, to, high), out)
}

/** Half way by value, where that lies between the two. */
@inline
function between(low: i32, high: i32): i32 {
  const half = reinterpret<i32>(<f32>0.5 * (reinterpret<f32>(low) + reinterpret<f32>(high)))
  return half > low && half < high ? half : low + ((high - low) >> 1)
}

function largest(layer: Layer, from: i32, to: i32): i32 {
  let most = i32x4.splat(0)
  for (let j = from; j < to; j += 4) most = i32x4.max_s(most, v128.load(layer.excess + (<usize>j << 2)))
  const a = max(i32x4.extract_lane(most, 0), i32x4.extract_lane(most, 1))
  return max(a, max(i32x4.extract_lane(most, 2), i32x4.extract_lane(most, 3)))
}

function countFrom(layer: Layer, from: i32, to: i32, least: i32): i32 {
  const limit = i32x4.splat(least)
  let count = i32x4.splat(0)
  let other = count
  let at = layer.excess + (<usize>from << 2)
  const end = layer.excess + (<usize>to << 2)
  for (; at + 64 <= end; at += 64) {
    count = i32x4.sub(count, i32x4.ge_s(v128.load(at), limit))
    other = i32x4.sub(other, i32x4.ge_s(v128.load(at, 16), limit))
    count = i32x4.sub(count, i32x4.ge_s(v128.load(at, 32), limit))
    other = i32x4.sub(other, i32x4.ge_s(v128.load(at, 48), limit))
  }
  for (; at < end; at += 16) count = i32x4.sub(count, i32x4.ge_s(v128.load(at), limit))
  return lanes(i32x4.add(count, other))
}

/** Units from `least` upwards; of those that equal it only the first `ties`, unless that is 0. */
function list(layer: Layer, from: i32, to: i32, least: i32, ties: i32, out: usize): usize {
  const limit = i32x4.splat(least)
  let left = ties === 0 ? i32.MAX_VALUE : ties
  for (let j = from; j < to; j += 32) {
    const block = layer.excess + (<usize>j << 2)
    let mask: u32 = 0
    for (let i = 0, vectors = min(32, to - j); i < vectors; i += 4) {
      const above = i32x4.ge_s(v128.load(block + (<usize>i << 2)), limit)
      mask |= <u32>i32x4.bitmask(above) << i
    }
    for (; mask !== 0; mask &= mask - 1) {
      const lane = ctz(mask)
      if (load<i32>(block + (<usize>lane << 2)) === least && left-- <= 0) continue
      store<i32>(out, j + lane)
      out += 4
    }
  }
  return out
}
