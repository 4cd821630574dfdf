import { multiplyAdd, panels, widthOf } from './common'

// Products with real inputs of which most are 0, such as images: only the others are met, in the order in which blocks meet all.

/** Above this share of inputs that are not 0, blocks of products are faster than picking those out. */
export const FEW: f64 = 0.3

/** How many of `rows` rows' inputs are not 0. */
export function countInputs(a: usize, inner: i32, rows: i32, full: usize, last: usize, panel: usize): i32 {
  let count = 0
  for (let q = 0; q < panels(inner); q++) {
    const width = widthOf(q, inner), stride = width == 32 ? full : last
    const used = inner - (q << 5) < 32 ? inner - (q << 5) : 32
    for (let r = 0; r < rows; r++) {
      const from = a + <usize>q * panel + <usize>r * stride
      for (let k = 0; k + 4 <= used; k += 4) {
        count += popcnt(i32x4.bitmask(f32x4.ne(v128.load(from + (<usize>k << 2)), f32x4.splat(0))))
      }
      for (let k = used & ~3; k < used; k++) if (load<f32>(from + (<usize>k << 2)) != 0) count++
    }
  }
  return count
}

/** Lists one row's inputs that are not 0, as pairs of index and value; gives the end of the list. */
export function listInputs(a: usize, inner: i32, full: usize, last: usize, panel: usize, r: i32, list: usize): usize {
  for (let q = 0; q < panels(inner); q++) {
    const from = a + <usize>q * panel + <usize>r * (widthOf(q, inner) == 32 ? full : last)
    const used = inner - (q << 5) < 32 ? inner - (q << 5) : 32
    for (let k = 0; k < used; k++) {
      const x = load<f32>(from + (<usize>k << 2))
      store<i32>(list, (q << 5) + k)
      store<f32>(list, x, 4)
      if (x != 0) list += 8
    }
  }
  return list
}

/**
 * One row: c = start + the sum of value times row of `b` over a list, rows of which lie `bStride` apart. The terms are added in the same
 * order as in blocks.
 */
export function sparseRow(list: usize, end: usize, b: usize, bStride: usize, start: usize, c: usize, width: i32): void {
  if (width == 32) return wideRow(list, end, b, bStride, start, c)
  for (let x: usize = 0; x < <usize>width << 2; x += 16) {
    let sum = start ? v128.load(start + x) : f32x4.splat(0)
    for (let at = list; at < end; at += 8) {
      sum = multiplyAdd(v128.load32_splat(at, 4), v128.load(b + <usize>load<u32>(at) * bStride + x), sum)
    }
    v128.store(c + x, sum)
  }
}

function wideRow(list: usize, end: usize, b: usize, bStride: usize, start: usize, c: usize): void {
  let c0 = f32x4.splat(0), c1 = c0, c2 = c0, c3 = c0, c4 = c0, c5 = c0, c6 = c0, c7 = c0
  if (start) {
    c0 = v128.load(start)
    c1 = v128.load(start, 16)
    c2 = v128.load(start, 32)
    c3 = v128.load(start, 48)
    c4 = v128.load(start, 64)
    c5 = v128.load(start, 80)
    c6 = v128.load(start, 96)
    c7 = v128.load(start, 112)
  }
  for (let at = list; at < end; at += 8) {
    const row = b + <usize>load<u32>(at) * bStride, value = v128.load32_splat(at, 4)
    c0 = multiplyAdd(value, v128.load(row), c0)
    c1 = multiplyAdd(value, v128.load(row, 16), c1)
    c2 = multiplyAdd(value, v128.load(row, 32), c2)
    c3 = multiplyAdd(value, v128.load(row, 48), c3)
    c4 = multiplyAdd(value, v128.load(row, 64), c4)
    c5 = multiplyAdd(value, v128.load(row, 80), c5)
    c6 = multiplyAdd(value, v128.load(row, 96), c6)
    c7 = multiplyAdd(value, v128.load(row, 112), c7)
  }
  v128.store(c, c0)
  v128.store(c, c1, 16)
  v128.store(c, c2, 32)
  v128.store(c, c3, 48)
  v128.store(c, c4, 64)
  v128.store(c, c5, 80)
  v128.store(c, c6, 96)
  v128.store(c, c7, 112)
}
