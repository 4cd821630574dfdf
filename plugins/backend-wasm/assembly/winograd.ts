import { arg } from './common'
import { tile } from './gemm'
import { neuronAt, strideAt } from './wired'

// Products by a grid of 3x3 places, as Winograd's F(2x2, 3x3) forms them (Lavin and Gray 2016): of 2x2 sites at once, by 16 products in place of
// 36. Both widths are multiples of 4.

/** How a grid lies: height and width of the input and of the output, the place of the first weight from a site, and the matrix of each place. */
const HEIGHT: usize = 0, WIDTH: usize = 4, OUT_HEIGHT: usize = 8, OUT_WIDTH: usize = 12, TOP: usize = 16, LEFT: usize = 20, SLOTS: usize = 24

/** The time that it takes, as a share of that of blocks of products pair by pair. */
export const WINOGRAD: f64 = 0.5
/** Below this share of numbers that are not 0 these alone are faster. */
export const MOST_BY_GRID: f64 = 0.4

/** Tiles and steps that are taken at once. */
const ROWS = 64

/** Half of the sum, and of the difference, of what stands left and right of a middle. */
@inline
function half(x: v128, middle: v128, y: v128, less: bool): v128 {
  const both = f32x4.add(x, y)
  return f32x4.mul(f32x4.splat(0.5), less ? f32x4.sub(both, middle) : f32x4.add(both, middle))
}

@inline
function weightsAt(weights: usize, grid: usize, place: usize, size: usize): v128 {
  return v128.load(weights + <usize>load<u32>(grid + SLOTS + (place << 2)) * size)
}

/** Puts a row of four of 16 matrices: from three weights side by side. */
@inline
function putFour(at: usize, size: usize, x: v128, y: v128, z: v128): void {
  v128.store(at, x)
  v128.store(at + size, half(x, y, z, false))
  v128.store(at + 2 * size, half(x, y, z, true))
  v128.store(at + 3 * size, z)
}

/** 16 matrices of nine. A unit is a row of each. Arguments: weights as rows, the 16 matrices, width from, bytes of a row, grid. */
export function winogradWeights(args: usize, from: i32, to: i32, thread: i32): void {
  const width = <usize>arg(args, 2), row = <usize>arg(args, 3), grid = <usize>arg(args, 4), size = width * row
  for (let at = <usize>from * row, end = <usize>to * row; at < end; at += 16) {
    const w = <usize>arg(args, 0) + at, u = <usize>arg(args, 1) + at
    const a0 = weightsAt(w, grid, 0, size), a1 = weightsAt(w, grid, 1, size), a2 = weightsAt(w, grid, 2, size)
    const b0 = weightsAt(w, grid, 3, size), b1 = weightsAt(w, grid, 4, size), b2 = weightsAt(w, grid, 5, size)
    const c0 = weightsAt(w, grid, 6, size), c1 = weightsAt(w, grid, 7, size), c2 = weightsAt(w, grid, 8, size)
    putFour(u, size, a0, a1, a2)
    putFour(u + 4 * size, size, half(a0, b0, c0, false), half(a1, b1, c1, false), half(a2, b2, c2, false))
    putFour(u + 8 * size, size, half(a0, b0, c0, true), half(a1, b1, c1, true), half(a2, b2, c2, true))
    putFour(u + 12 * size, size, c0, c1, c2)
  }
}

/** Four of the places of a tile, side by side, or zeros outside of the image. */
@inline
function place(input: usize, y: i32, x: i32, height: i32, width: i32, channels: i32, c: i32, steps: i32, t: i32, neurons: i32): v128 {
  if (<u32>y >= <u32>height || <u32>x >= <u32>width) return f32x4.splat(0)
  const n = (y * width + x) * channels + c
  return v128.load(neuronAt(input, n, steps) + <usize>t * strideAt(n, neurons))
}

/** Puts a row of four of a tile, taken along its width. */
@inline
function putRow(at: usize, size: usize, x0: v128, x1: v128, x2: v128, x3: v128): void {
  v128.store(at, f32x4.sub(x0, x2))
  v128.store(at + size, f32x4.add(x1, x2))
  v128.store(at + 2 * size, f32x4.sub(x2, x1))
  v128.store(at + 3 * size, f32x4.sub(x1, x3))
}

@inline
function add(out: usize, y: i32, x: i32, height: i32, width: i32, channels: i32, c: i32, steps: i32, t: i32, neurons: i32, sum: v128): void {
  if (y >= height || x >= width) return
  const n = (y * width + x) * channels + c, at = neuronAt(out, n, steps) + <usize>t * strideAt(n, neurons)
  v128.store(at, f32x4.add(v128.load(at), sum))
}

/** out += numbers by a grid, of a sample. `matrices`: see `winogradWeights`; scratch holds 16 rows of both widths for each of 64 tiles. */
export function addWinograd(input: usize, matrices: usize, out: usize, steps: i32, inputs: i32, outputs: i32, channels: i32, into: i32, row: usize, grid: usize, scratch: usize): void {
  const height = load<i32>(grid, HEIGHT), width = load<i32>(grid, WIDTH), outHeight = load<i32>(grid, OUT_HEIGHT), outWidth = load<i32>(grid, OUT_WIDTH)
  const top = load<i32>(grid, TOP), left = load<i32>(grid, LEFT)
  const across = (outWidth + 1) >> 1, all = across * ((outHeight + 1) >> 1) * steps
  const given = <usize>channels << 2, size = <usize>ROWS * given, made = <usize>ROWS * row, products = scratch + 16 * size
  for (let first = 0; first < all; first += ROWS) {
    const count = min(ROWS, all - first)
    for (let r = 0; r < count; r++) {
      const at = (first + r) / steps, t = (first + r) % steps, y = (at / across << 1) + top, x = (at % across << 1) + left
      for (let c = 0; c < channels; c += 4) {
        const to = scratch + <usize>r * given + (<usize>c << 2)
        const f0 = place(input, y + 2, x, height, width, channels, c, steps, t, inputs), f1 = place(input, y + 2, x + 1, height, width, channels, c, steps, t, inputs), f2 = place(input, y + 2, x + 2, height, width, channels, c, steps, t, inputs), f3 = place(input, y + 2, x + 3, height, width, channels, c, steps, t, inputs)
        const d0 = place(input, y, x, height, width, channels, c, steps, t, inputs), d1 = place(input, y, x + 1, height, width, channels, c, steps, t, inputs), d2 = place(input, y, x + 2, height, width, channels, c, steps, t, inputs), d3 = place(input, y, x + 3, height, width, channels, c, steps, t, inputs)
        putRow(to, size, f32x4.sub(d0, f0), f32x4.sub(d1, f1), f32x4.sub(d2, f2), f32x4.sub(d3, f3))
        const e0 = place(input, y + 1, x, height, width, channels, c, steps, t, inputs), e1 = place(input, y + 1, x + 1, height, width, channels, c, steps, t, inputs), e2 = place(input, y + 1, x + 2, height, width, channels, c, steps, t, inputs), e3 = place(input, y + 1, x + 3, height, width, channels, c, steps, t, inputs)
        putRow(to + 4 * size, size, f32x4.add(e0, f0), f32x4.add(e1, f1), f32x4.add(e2, f2), f32x4.add(e3, f3))
        putRow(to + 8 * size, size, f32x4.sub(f0, e0), f32x4.sub(f1, e1), f32x4.sub(f2, e2), f32x4.sub(f3, e3))
        const g0 = place(input, y + 3, x, height, width, channels, c, steps, t, inputs), g1 = place(input, y + 3, x + 1, height, width, channels, c, steps, t, inputs), g2 = place(input, y + 3, x + 2, height, width, channels, c, steps, t, inputs), g3 = place(input, y + 3, x + 3, height, width, channels, c, steps, t, inputs)
        putRow(to + 12 * size, size, f32x4.sub(e0, g0), f32x4.sub(e1, g1), f32x4.sub(e2, g2), f32x4.sub(e3, g3))
      }
    }
    for (let k: usize = 0; k < 16; k++) {
      tile(scratch + k * size, given, 4, channels, matrices + k * <usize>channels * row, row, 0, 0, products + k * made, row, count, into)
    }
    for (let r = 0; r < count; r++) {
      const at = (first + r) / steps, t = (first + r) % steps, y = at / across << 1, x = at % across << 1
      for (let c = 0; c < into; c += 4) {
        const m = products + <usize>r * row + (<usize>c << 2)
        let a0 = f32x4.splat(0), a1 = a0, b0 = a0, b1 = a0
        for (let j: usize = 0; j < 4; j++) {
          const p = v128.load(m + j * made), q = v128.load(m + (4 + j) * made), r2 = v128.load(m + (8 + j) * made), s = v128.load(m + (12 + j) * made)
          const upper = f32x4.add(f32x4.add(p, q), r2), lower = f32x4.sub(f32x4.sub(q, r2), s)
          if (j < 3) {
            a0 = f32x4.add(a0, upper)
            b0 = f32x4.add(b0, lower)
          }
          if (j == 1) {
            a1 = upper
            b1 = lower
          } else if (j > 1) {
            a1 = f32x4.sub(a1, upper)
            b1 = f32x4.sub(b1, lower)
          }
        }
        add(out, y, x, outHeight, outWidth, into, c, steps, t, outputs, a0)
        add(out, y, x + 1, outHeight, outWidth, into, c, steps, t, outputs, a1)
        add(out, y + 1, x, outHeight, outWidth, into, c, steps, t, outputs, b0)
        add(out, y + 1, x + 1, outHeight, outWidth, into, c, steps, t, outputs, b1)
      }
    }
  }
}
