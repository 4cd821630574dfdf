import { panels, widthOf } from './common'
import { tile } from './gemm'
import { FEW, sparseRow } from './sparse'

// Products of rows with a matrix [N, N] within scans: one row of a few samples that go through time together, `stride` bytes apart. What
// comes of a row does not depend on the others. `list` is scratch of 8 N + 8 bytes.

/** Lists what is not 0 of a row, as pairs of index and value; gives the end of the list. */
function listRow(x: usize, size: i32, list: usize): usize {
  for (let n = 0; n < size; n += 4) {
    let mask = i32x4.bitmask(f32x4.ne(v128.load(x + (<usize>n << 2)), f32x4.splat(0)))
    if (size - n < 4) mask &= (1 << (size - n)) - 1
    for (; mask; mask &= mask - 1, list += 8) {
      const k = n + ctz(mask)
      store<i32>(list, k)
      store<i32>(list, load<i32>(x + (<usize>k << 2)), 4)
    }
  }
  return list
}

function countRow(x: usize, size: i32): i32 {
  let count = 0
  for (let at = x, end = x + (<usize>size << 2); at < end; at += 16) {
    count += popcnt(i32x4.bitmask(f32x4.ne(v128.load(at), f32x4.splat(0))))
  }
  return count
}

/** Whether all that is listed is 1, as of neurons that fire. */
function areOnes(list: usize, end: usize): bool {
  for (; list < end; list += 8) if (load<f32>(list, 4) != 1) return false
  return true
}

/** The sum of the rows of a full panel that are listed, in order. */
function addRows(list: usize, end: usize, b: usize, c: usize): void {
  let c0 = f32x4.splat(0), c1 = c0, c2 = c0, c3 = c0, c4 = c0, c5 = c0, c6 = c0, c7 = c0
  for (; list < end; list += 8) {
    const row = b + (<usize>load<u32>(list) << 7)
    c0 = f32x4.add(c0, v128.load(row))
    c1 = f32x4.add(c1, v128.load(row, 16))
    c2 = f32x4.add(c2, v128.load(row, 32))
    c3 = f32x4.add(c3, v128.load(row, 48))
    c4 = f32x4.add(c4, v128.load(row, 64))
    c5 = f32x4.add(c5, v128.load(row, 80))
    c6 = f32x4.add(c6, v128.load(row, 96))
    c7 = f32x4.add(c7, v128.load(row, 112))
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

/** out = x times the matrix: its rows are added, in order, where x is not 0. */
export function product(x: usize, matrix: usize, out: usize, size: i32, lanes: i32, stride: usize, list: usize): void {
  for (let lane = 0; lane < lanes; lane++, x += stride, out += stride) {
    const end = listRow(x, size, list), ones = areOnes(list, end)
    for (let p = 0; p < panels(size); p++) {
      const width = widthOf(p, size), b = matrix + (<usize>(p * size) << 7), c = out + (<usize>p << 7)
      if (ones && width == 32) addRows(list, end, b, c)
      else sparseRow(list, end, b, <usize>width << 2, 0, c, width)
    }
  }
}

/** The same of rows that are mostly not 0, as derivatives are: in blocks of four rows, which share what is read of the matrix. */
export function productTransposed(x: usize, matrix: usize, out: usize, size: i32, lanes: i32, stride: usize, list: usize): void {
  let count = 0
  for (let lane = 0; lane < lanes; lane++) count += countRow(x + <usize>lane * stride, size)
  if (<f64>count < FEW * <f64>(lanes * size)) return product(x, matrix, out, size, lanes, stride, list)
  for (let p = 0; p < panels(size); p++) {
    const width = widthOf(p, size)
    tile(x, stride, 4, size, matrix + (<usize>(p * size) << 7), <usize>width << 2, 0, 0, out + (<usize>p << 7), stride, lanes, width)
  }
}
