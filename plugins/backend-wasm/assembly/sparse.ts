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

/** One row: c = start + the sum of input times weight row over a list of inputs. The terms are added in the same order as in blocks. */
export function sparseRow(list: usize, end: usize, weights: usize, start: usize, c: usize, width: i32): void {
  const stride = <usize>width << 2
  let x: usize = 0
  for (; x + 64 <= stride; x += 64) {
    let c0 = f32x4.splat(0), c1 = c0, c2 = c0, c3 = c0
    if (start) {
      c0 = v128.load(start + x, 0)
      c1 = v128.load(start + x, 16)
      c2 = v128.load(start + x, 32)
      c3 = v128.load(start + x, 48)
    }
    for (let at = list; at < end; at += 8) {
      const w = weights + <usize>load<u32>(at) * stride + x, input = v128.load32_splat(at, 4)
      c0 = multiplyAdd(input, v128.load(w, 0), c0)
      c1 = multiplyAdd(input, v128.load(w, 16), c1)
      c2 = multiplyAdd(input, v128.load(w, 32), c2)
      c3 = multiplyAdd(input, v128.load(w, 48), c3)
    }
    v128.store(c + x, c0, 0)
    v128.store(c + x, c1, 16)
    v128.store(c + x, c2, 32)
    v128.store(c + x, c3, 48)
  }
  for (; x < stride; x += 16) {
    let sum = start ? v128.load(start + x) : f32x4.splat(0)
    for (let at = list; at < end; at += 8) {
      sum = multiplyAdd(v128.load32_splat(at, 4), v128.load(weights + <usize>load<u32>(at) * stride + x), sum)
    }
    v128.store(c + x, sum)
  }
}
