import { arg, multiplyAdd, padded, panels, widthOf } from './common'
import { countInputs, FEW, listInputs, sparseRow } from './sparse'

/** Bytes of a row of a full panel. */
const FULL: usize = 128

// Products of real numbers. Four rows by eight columns are held in registers; sums run over k in ascending order.

/**
 * c[0..3][0..7] = start + sum over k of a[row][k] b[k][0..7]; strides in bytes, those of a and b best constants; start rows lie
 * `startStride` apart, 0 for zeros.
 */
@inline
function block(a: usize, rowStride: usize, kStride: usize, count: i32, b: usize, bStride: usize, start: usize, startStride: usize, c: usize, cStride: usize, wide: bool): void {
  const second: usize = wide ? 16 : 0
  let c00 = f32x4.splat(0), c01 = c00, c10 = c00, c11 = c00, c20 = c00, c21 = c00, c30 = c00, c31 = c00
  if (start) {
    c00 = v128.load(start)
    c01 = v128.load(start + second)
    c10 = v128.load(start + startStride)
    c11 = v128.load(start + startStride + second)
    c20 = v128.load(start + 2 * startStride)
    c21 = v128.load(start + 2 * startStride + second)
    c30 = v128.load(start + 3 * startStride)
    c31 = v128.load(start + 3 * startStride + second)
  }
  for (const end = a + <usize>count * kStride; a < end; a += kStride, b += bStride) {
    const b0 = v128.load(b), b1 = v128.load(b + second)
    const x0 = v128.load32_splat(a)
    c00 = multiplyAdd(x0, b0, c00)
    if (wide) c01 = multiplyAdd(x0, b1, c01)
    const x1 = v128.load32_splat(a + rowStride)
    c10 = multiplyAdd(x1, b0, c10)
    if (wide) c11 = multiplyAdd(x1, b1, c11)
    const x2 = v128.load32_splat(a + 2 * rowStride)
    c20 = multiplyAdd(x2, b0, c20)
    if (wide) c21 = multiplyAdd(x2, b1, c21)
    const x3 = v128.load32_splat(a + 3 * rowStride)
    c30 = multiplyAdd(x3, b0, c30)
    if (wide) c31 = multiplyAdd(x3, b1, c31)
  }
  v128.store(c, c00)
  v128.store(c + cStride, c10)
  v128.store(c + 2 * cStride, c20)
  v128.store(c + 3 * cStride, c30)
  if (wide) {
    v128.store(c + second, c01)
    v128.store(c + cStride + second, c11)
    v128.store(c + 2 * cStride + second, c21)
    v128.store(c + 3 * cStride + second, c31)
  }
}

/**
 * `block` for eight columns of full panels: all offsets are constants, and the engine has nothing left to do but loads and sums. `apart`:
 * rows of `a` are rows of a panel; else they are its columns.
 */
@inline
function fullBlock(a: usize, apart: bool, count: i32, b: usize, start: usize, startStride: usize, c: usize, cStride: usize): void {
  let c00 = f32x4.splat(0), c01 = c00, c10 = c00, c11 = c00, c20 = c00, c21 = c00, c30 = c00, c31 = c00
  if (start) {
    const s1 = start + startStride, s2 = s1 + startStride, s3 = s2 + startStride
    c00 = v128.load(start)
    c01 = v128.load(start, 16)
    c10 = v128.load(s1)
    c11 = v128.load(s1, 16)
    c20 = v128.load(s2)
    c21 = v128.load(s2, 16)
    c30 = v128.load(s3)
    c31 = v128.load(s3, 16)
  }
  let k = count
  do {
    const b0 = v128.load(b), b1 = v128.load(b, 16)
    const x0 = v128.load32_splat(a)
    c00 = multiplyAdd(x0, b0, c00)
    c01 = multiplyAdd(x0, b1, c01)
    const x1 = apart ? v128.load32_splat(a, 128) : v128.load32_splat(a, 4)
    c10 = multiplyAdd(x1, b0, c10)
    c11 = multiplyAdd(x1, b1, c11)
    const x2 = apart ? v128.load32_splat(a, 256) : v128.load32_splat(a, 8)
    c20 = multiplyAdd(x2, b0, c20)
    c21 = multiplyAdd(x2, b1, c21)
    const x3 = apart ? v128.load32_splat(a, 384) : v128.load32_splat(a, 12)
    c30 = multiplyAdd(x3, b0, c30)
    c31 = multiplyAdd(x3, b1, c31)
    a += apart ? 4 : FULL
    b += FULL
  } while (--k)
  const d1 = c + cStride, d2 = d1 + cStride, d3 = d2 + cStride
  v128.store(c, c00)
  v128.store(c, c01, 16)
  v128.store(d1, c10)
  v128.store(d1, c11, 16)
  v128.store(d2, c20)
  v128.store(d2, c21, 16)
  v128.store(d3, c30)
  v128.store(d3, c31, 16)
}

/** One row, 4 columns: what is left over at the edges. */
@inline
function single(a: usize, kStride: usize, count: i32, b: usize, bStride: usize, start: usize, c: usize): void {
  let sum = start ? v128.load(start) : f32x4.splat(0)
  for (let k = 0; k < count; k++, a += kStride, b += bStride) {
    sum = multiplyAdd(v128.load32_splat(a), v128.load(b), sum)
  }
  v128.store(c, sum)
}

/** c = start + a b for `rows` rows and `width` columns. */
export function tile(a: usize, rowStride: usize, kStride: usize, count: i32, b: usize, bStride: usize, start: usize, startStride: usize, c: usize, cStride: usize, rows: i32, width: i32): void {
  const columns = <usize>width << 2
  // Rows of full panels, and their columns, have code of their own, in which all offsets are known.
  const ofRows = rowStride == FULL && kStride == 4 && bStride == FULL, ofColumns = rowStride == 4 && kStride == FULL && bStride == FULL
  let r = 0
  for (; r + 4 <= rows; r += 4, a += rowStride * 4, c += cStride * 4) {
    let x: usize = 0
    for (; x + 32 <= columns; x += 32) {
      const from = start ? start + x : 0
      if (ofRows) fullBlock(a, true, count, b + x, from, startStride, c + x, cStride)
      else if (ofColumns) fullBlock(a, false, count, b + x, from, startStride, c + x, cStride)
      else block(a, rowStride, kStride, count, b + x, bStride, from, startStride, c + x, cStride, true)
    }
    if (x < columns) block(a, rowStride, kStride, count, b + x, bStride, start ? start + x : 0, startStride, c + x, cStride, false)
    if (start) start += startStride * 4
  }
  for (; r < rows; r++, a += rowStride, c += cStride) {
    for (let x: usize = 0; x < columns; x += 16) single(a, kStride, count, b + x, bStride, start ? start + x : 0, c + x)
    if (start) start += startStride
  }
}

/**
 * out = a b + bias, rows being [outer][rows]. A unit is up to 32 rows of one outer index.
 * Arguments: a, b [K, N], bias or 0, out, rows, K, N, accumulate; bytes between outers, rows of a full panel, rows of the last panel,
 * and panels: for a (8 to 11) and for out (12 to 15); flags of outers that are done already, or 0; scratch of 8 K + 8 bytes a thread.
 */
export function gemm(args: usize, from: i32, to: i32, thread: i32): void {
  const a = <usize>arg(args, 0), b = <usize>arg(args, 1), bias = <usize>arg(args, 2), out = <usize>arg(args, 3)
  const rows = arg(args, 4), inner = arg(args, 5), neurons = arg(args, 6), accumulate = arg(args, 7)
  const blocks = (rows + 31) >> 5, done = <usize>arg(args, 16)
  for (let unit = from; unit < to; unit++) {
    const outer = <usize>(unit / blocks), first = (unit % blocks) << 5
    const count = rows - first < 32 ? rows - first : 32
    if (done && load<u8>(done + outer)) continue
    const input = a + outer * <usize>arg(args, 8), full = <usize>arg(args, 9), last = <usize>arg(args, 10), panel = <usize>arg(args, 11)
    const block = input + <usize>first * full
    if (full == last && <f64>countInputs(block, inner, count, full, last, panel) < FEW * <f64>count * <f64>inner) {
      const list = <usize>arg(args, 17) + <usize>thread * <usize>((inner + 1) << 3)
      for (let r = 0; r < count; r++) {
        const end = listInputs(block, inner, full, last, panel, r, list)
        for (let p = 0; p < panels(neurons); p++) {
          const width = widthOf(p, neurons), stride = <usize>arg(args, width == 32 ? 13 : 14)
          const c = out + outer * <usize>arg(args, 12) + <usize>p * <usize>arg(args, 15) + <usize>(first + r) * stride
          const start = accumulate ? c : bias ? bias + (<usize>p << 7) : 0
          sparseRow(list, end, b + (<usize>(p * inner) << 7), <usize>width << 2, start, c, width)
        }
      }
      continue
    }
    for (let p = 0; p < panels(neurons); p++) {
      const width = widthOf(p, neurons)
      const cStride = <usize>arg(args, width == 32 ? 13 : 14)
      const c = out + outer * <usize>arg(args, 12) + <usize>p * <usize>arg(args, 15) + <usize>first * cStride
      for (let q = 0; q < panels(inner); q++) {
        const depth = inner - (q << 5) < 32 ? inner - (q << 5) : 32
        const aStride = <usize>arg(args, widthOf(q, inner) == 32 ? 9 : 10)
        const from = a + outer * <usize>arg(args, 8) + <usize>q * <usize>arg(args, 11) + <usize>first * aStride
        const weights = b + (<usize>(p * inner) << 7) + <usize>((q << 5) * width << 2)
        const fresh = q == 0 && !accumulate
        const start = !fresh ? c : bias ? bias + (<usize>p << 7) : 0
        tile(from, aStride, 4, depth, weights, <usize>width << 2, start, fresh ? 0 : cStride, c, cStride, count, width)
      }
    }
  }
}

/** Rows that are taken at once: those of two panels fit into the first cache. */
const DEPTH = 64
/** Blocks of 32 sums by 32 that are kept at hand; they fill half of a second cache. */
const KEPT = 64

/**
 * out [K, N] = a^T b over all rows. A unit is a panel of a with all of b.
 * Arguments: a, b, out, rows, outers, K, N, accumulate; strides as in `gemm`: for a (8 to 11) and for b (12 to 15).
 */
export function gemmTransposed(args: usize, from: i32, to: i32, thread: i32): void {
  const rows = arg(args, 3), outers = arg(args, 4)
  const atOnce = max(1, KEPT / panels(arg(args, 6)))
  for (let first = from; first < to; first += atOnce) {
    const end = min(first + atOnce, to)
    for (let outer = 0; outer < outers; outer++) {
      for (let row = 0; row < rows; row += DEPTH) addProducts(args, outer, row, min(DEPTH, rows - row), first, end)
    }
  }
}

/** The share of `depth` rows in the sums for panels from..to of a. */
function addProducts(args: usize, outer: i32, row: i32, depth: i32, from: i32, to: i32): void {
  const inputs = arg(args, 5), neurons = arg(args, 6), fresh = outer == 0 && row == 0 && !arg(args, 7)
  const a = <usize>arg(args, 0) + <usize>outer * <usize>arg(args, 8), b = <usize>arg(args, 1) + <usize>outer * <usize>arg(args, 12)
  const out = <usize>arg(args, 2)
  for (let q = from; q < to; q++) {
    const height = inputs - (q << 5) < 32 ? inputs - (q << 5) : 32
    const aStride = <usize>arg(args, widthOf(q, inputs) == 32 ? 9 : 10)
    const x = a + <usize>q * <usize>arg(args, 11) + <usize>row * aStride
    for (let p = 0; p < panels(neurons); p++) {
      const width = widthOf(p, neurons), cStride = <usize>width << 2
      const bStride = <usize>arg(args, width == 32 ? 13 : 14)
      const y = b + <usize>p * <usize>arg(args, 15) + <usize>row * bStride
      const c = out + (<usize>(p * inputs) << 7) + <usize>(q << 5) * cStride
      tile(x, 4, aStride, depth, y, bStride, fresh ? 0 : c, cStride, c, cStride, height, width)
    }
  }
}

/** out [N, K] = a [K, N]^T. A unit is a panel of out. Arguments: a, out, K, N. */
export function transpose(args: usize, from: i32, to: i32, thread: i32): void {
  const a = <usize>arg(args, 0), out = <usize>arg(args, 1), inputs = arg(args, 2), neurons = arg(args, 3)
  for (let q = from; q < to; q++) {
    const height = widthOf(q, inputs)
    const target = out + (<usize>(q * neurons) << 7)
    for (let n = 0; n < neurons; n++) {
      const width = widthOf(n >> 5, neurons)
      const source = a + (<usize>((n >> 5) * inputs) << 7) + (<usize>(n & 31) << 2)
      for (let k = 0; k < height; k++) {
        const row = (q << 5) + k
        const value = row < inputs ? load<f32>(source + (<usize>(row * width) << 2)) : <f32>0
        store<f32>(target + (<usize>(n * height + k) << 2), value)
      }
    }
  }
}
