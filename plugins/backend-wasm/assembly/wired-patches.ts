import { panels } from './common'
import { neuronAt, PAIR, pairsAt, runFrom, strideAt, whole } from './wired'

// Where many inputs fire: what a site of the output sees is put together as bits, a bit for each row of its matrices, and its sums are
// formed in registers, event by event or by tables of partial sums.

/** Bits of all pairs of a site, words [slot * width + channel >> 5][t]. */
export function unfold(bits: usize, steps: i32, width: i32, from: usize, end: usize, words: i32, patch: usize): void {
  memory.fill(patch, 0, <usize>(words * steps) << 2)
  for (let at = from; at < end; at += PAIR) {
    let n = load<i32>(at) * width, k = load<i32>(at, 4) * width
    for (let left = width; left > 0;) {
      const shift = n & 31, up = k & 31
      let count = 32 - (shift > up ? shift : up)
      if (count > left) count = left
      const keep: u32 = count == 32 ? 0xffffffff : (<u32>1 << count) - 1, mask = i32x4.splat(keep)
      let source = bits + (<usize>((n >> 5) * steps) << 2), target = patch + (<usize>((k >> 5) * steps) << 2)
      let t = 0
      for (; t + 4 <= steps; t += 4, source += 16, target += 16) {
        const x = v128.and(i32x4.shr_u(v128.load(source), shift), mask)
        v128.store(target, v128.or(v128.load(target), i32x4.shl(x, up)))
      }
      for (; t < steps; t++, source += 4, target += 4) {
        store<u32>(target, load<u32>(target) | (((load<u32>(source) >> shift) & keep) << up))
      }
      n += count
      k += count
      left -= count
    }
  }
}

/** 16 partial sums of each 4 of `count` rows, `n` vectors of each; sums lie 128 bytes apart. */
export function tablesOf(rows: usize, row: usize, count: i32, n: i32, tables: usize): void {
  const zero = f32x4.splat(0)
  for (let k = 0; k < count; k += 4, rows += row << 2, tables += 2048) {
    for (let v: usize = 0; v < <usize>n << 4; v += 16) {
      const w0 = v128.load(rows + v)
      const w1 = k + 1 < count ? v128.load(rows + row + v) : zero
      const w2 = k + 2 < count ? v128.load(rows + (row << 1) + v) : zero
      const w3 = k + 3 < count ? v128.load(rows + row * 3 + v) : zero
      const to = tables + v
      for (let m = 0; m < 16; m++) {
        let sum = m & 1 ? w0 : zero
        if (m & 2) sum = f32x4.add(sum, w1)
        if (m & 4) sum = f32x4.add(sum, w2)
        if (m & 8) sum = f32x4.add(sum, w3)
        v128.store(to + (<usize>m << 7), sum)
      }
    }
  }
}

/**
 * `n` vectors (a constant) of each row of a site: `start`, or what is there, and what the bits of the patch choose: rows of weights, or in
 * `tables`, of groups of 4 rows, so many of them in up to two words.
 */
@inline
function sums(patch: usize, words: i32, steps: i32, weights: usize, row: usize, tables: bool, start: usize, out: usize, stride: usize, groups: i32, n: i32): void {
  const next = <usize>steps << 2
  for (let t = 0; t < steps; t++, patch += 4, out += stride) {
    const from = start ? start : out
    let a0 = v128.load(from, 0), a1 = a0, a2 = a0, a3 = a0, a4 = a0, a5 = a0, a6 = a0, a7 = a0
    if (n > 1) a1 = v128.load(from, 16)
    if (n > 2) a2 = v128.load(from, 32)
    if (n > 3) a3 = v128.load(from, 48)
    if (n > 4) a4 = v128.load(from, 64)
    if (n > 5) a5 = v128.load(from, 80)
    if (n > 6) a6 = v128.load(from, 96)
    if (n > 7) a7 = v128.load(from, 112)
    let rows = weights
    for (let w = 0, at = patch; w < words; w++, at += next, rows += row << 5) {
      let m = <u64>load<u32>(at)
      if (tables && words > 1) m |= <u64>load<u32>(at + next) << 32
      // Tables are met as often whatever the bits, which is easier to foresee than to stop early.
      let left = groups
      while (tables ? left : <i32>m) {
        const own = rows + (tables ? <usize>(m & 15) << 7 : <usize>ctz(m) * row)
        a0 = f32x4.add(a0, v128.load(own, 0))
        if (n > 1) a1 = f32x4.add(a1, v128.load(own, 16))
        if (n > 2) a2 = f32x4.add(a2, v128.load(own, 32))
        if (n > 3) a3 = f32x4.add(a3, v128.load(own, 48))
        if (n > 4) a4 = f32x4.add(a4, v128.load(own, 64))
        if (n > 5) a5 = f32x4.add(a5, v128.load(own, 80))
        if (n > 6) a6 = f32x4.add(a6, v128.load(own, 96))
        if (n > 7) a7 = f32x4.add(a7, v128.load(own, 112))
        if (tables) {
          m >>= 4
          left--
          rows += 2048
        } else m &= m - 1
      }
      if (tables) break
    }
    v128.store(out, a0, 0)
    if (n > 1) v128.store(out, a1, 16)
    if (n > 2) v128.store(out, a2, 32)
    if (n > 3) v128.store(out, a3, 48)
    if (n > 4) v128.store(out, a4, 64)
    if (n > 5) v128.store(out, a5, 80)
    if (n > 6) v128.store(out, a6, 96)
    if (n > 7) v128.store(out, a7, 112)
  }
}

@inline
function sumsOf(vectors: i32, patch: usize, words: i32, steps: i32, weights: usize, row: usize, tables: bool, start: usize, out: usize, stride: usize, groups: i32): void {
  switch (vectors) {
    case 1: sums(patch, words, steps, weights, row, tables, start, out, stride, groups, 1); break
    case 2: sums(patch, words, steps, weights, row, tables, start, out, stride, groups, 2); break
    case 3: sums(patch, words, steps, weights, row, tables, start, out, stride, groups, 3); break
    case 4: sums(patch, words, steps, weights, row, tables, start, out, stride, groups, 4); break
    case 8: sums(patch, words, steps, weights, row, tables, start, out, stride, groups, 8)
  }
}

function rowSums(vectors: i32, patch: usize, words: i32, steps: i32, weights: usize, row: usize, start: usize, out: usize, stride: usize): void {
  sumsOf(vectors, patch, words, steps, weights, row, false, start, out, stride, 0)
}

function tableSums(vectors: i32, patch: usize, words: i32, steps: i32, tables: usize, start: usize, out: usize, stride: usize, groups: i32): void {
  sumsOf(vectors, patch, words, steps, tables, 0, true, start, out, stride, groups)
}

/** SpikeBits whose tables are made at once, so that they stay in the cache: 32 KB of them. */
const BLOCK: i32 = 2

/**
 * A sample's sites, each by its patch; widths of the output are multiples of 4. `bias`: what each site starts from, or 0 for what is there. With
 * `dense` by tables, `atOnce` sites by the same ones. Scratch holds 32 KB and so many patches.
 */
export function patches(bits: usize, steps: i32, from: i32, start: usize, pairs: usize, sites: i32, rowsOfSite: i32, weights: usize, row: usize, out: usize, to: i32, outputs: i32, bias: usize, dense: bool, scratch: usize, atOnce: i32): void {
  const words = panels(rowsOfSite), size = <usize>(words * steps) << 2, found = scratch + 32768
  for (let site = 0; site < sites; site += atOnce) {
    const last = min(site + atOnce, sites)
    for (let q = site, patch = found; q < last; q++, patch += size) {
      unfold(bits, steps, from, pairsAt(start, pairs, q), pairsAt(start, pairs, q + 1), words, patch)
    }
    for (let c = 0; c < to; c += 32) {
      const vectors = to - c < 32 ? (to - c) >> 2 : 8, columns = weights + (<usize>c << 2)
      const begin = bias ? bias + (<usize>c << 2) : 0
      for (let w = 0; w < words; w += dense ? BLOCK : words) {
        const covered = dense ? min(BLOCK, words - w) : words
        const count = min(covered << 5, rowsOfSite - (w << 5)), groups = (count + 3) >> 2
        if (dense) tablesOf(columns + <usize>(w << 5) * row, row, count, vectors, scratch)
        for (let q = site, patch = found + (<usize>(w * steps) << 2); q < last; q++, patch += size) {
          // In one panel, or in two.
          for (let n = q * to + c, v = 0; v < vectors;) {
            const run = whole(runFrom(n, (vectors - v) << 2) >> 2), at = neuronAt(out, n, steps), stride = strideAt(n, outputs), x = <usize>v << 4
            if (dense) tableSums(run, patch, covered, steps, scratch + x, begin && w == 0 ? begin + x : 0, at, stride, groups)
            else rowSums(run, patch, covered, steps, columns + x, row, begin ? begin + x : 0, at, stride)
            n += run << 2
            v += run
          }
        }
      }
    }
  }
}
