import { build } from './build.ts'
import { and, group, real, thread, U, whole } from './expressions.ts'
import type { DeviceKernel, ProductFormat, Truth, Whole } from './ir.ts'
import { givenOfProduct, padded, type Start } from './products.ts'

// Products of numbers on tensor cores. Terms are rounded and sums are added up in an order that the hardware chooses.

const threads = 256
/** Terms that are put into shared memory at a time. */
const depth = 16
/** Rows and columns of what 32 threads multiply at once. */
const [high, wide] = [16, 8]

/** Rows and columns of a group: its 8 warps make one tile each, or 4 side by side. */
const sideOf = (tiles: 1 | 4): 32 | 64 => (tiles === 4 ? 64 : 32)

/** Groups of a product whose warps make so many tiles each. */
export const groupsOfTensorProduct = (rows: number, columns: number, tiles: 1 | 4): number =>
  Math.ceil(rows / sideOf(tiles)) * Math.ceil(columns / sideOf(tiles))

/** The product of `denseProduct`, whose terms are rounded to a format. */
export function tensorProduct(start: Start, tiles: 1 | 4, format: ProductFormat): DeviceKernel {
  const side = sideOf(tiles)
  const warpsAcross = side / (wide * tiles)
  // rows of shared memory are longer than what they hold, so that the threads of a warp read from different banks
  const [strideA, strideB] = [depth + 4, side + 8]
  const pack = format === 'tf32' ? 1 : 2
  return build(`product_${format}_${start}_${tiles}`, threads, givenOfProduct(start), (b, g) => {
    const across = b.let(U.div(U.add(g.columns, side - 1), whole(side)))
    const [top, left] = [b.let(U.mul(U.div(group, across), side)), b.let(U.mul(U.rem(group, across), side))]
    const [warp, lane] = [b.let(U.div(thread, 32)), b.let(U.rem(thread, 32))]
    const [row, t] = [b.let(U.div(lane, 4)), b.let(U.rem(lane, 4))]
    // where the warp's tiles begin within those of the group
    const [down, right] = [
      b.let(U.mul(U.div(warp, warpsAcross), high)),
      b.let(U.mul(U.rem(warp, warpsAcross), wide * tiles)),
    ]
    const inside = (r: Whole, c: Whole): Truth => and(U.lt(r, g.rows), U.lt(c, g.columns))
    const place = (r: Whole, c: Whole) => U.add(U.mul(r, g.columns), c)
    const rows = [0, 8].map((n) => b.let(U.add(U.add(top, down), U.add(row, n))))
    const made = Array.from({ length: tiles }, (_, n) => {
      const first = b.let(U.add(U.add(left, right), U.add(U.mul(t, 2), n * wide)))
      const places = rows.flatMap((r) => [first, b.let(U.add(first, 1))].map((c) => ({ r, c })))
      const sums = places.map(({ r, c }) => {
        if (start === 'before') return padded(b, inside(r, c), () => b.load(g.out, place(r, c)))
        return start === 'bias' ? padded(b, U.lt(c, g.columns), () => b.load(g.bias, c)) : b.variable(real(0))
      })
      return { places, sums }
    })
    const [ofA, ofB] = [b.shared('f32', side * strideA), b.shared('f32', depth * strideB)]
    b.for(0, g.inner, depth, (from) => {
      for (let n = 0; n < side * depth; n += threads) {
        const i = b.let(U.add(thread, n))
        const [r, k] = [b.let(U.div(i, depth)), b.let(U.rem(i, depth))]
        const [ra, ka] = [b.let(U.add(top, r)), b.let(U.add(from, k))]
        const a = padded(b, and(U.lt(ra, g.rows), U.lt(ka, g.inner)), () =>
          b.load(g.a, U.add(U.mul(ra, g.ar), U.mul(ka, g.ak))),
        )
        b.put(ofA, U.add(U.mul(r, strideA), k), a)
        const [l, c] = [b.let(U.div(i, side)), b.let(U.rem(i, side))]
        const [kb, cb] = [b.let(U.add(from, l)), b.let(U.add(left, c))]
        const y = padded(b, and(U.lt(kb, g.inner), U.lt(cb, g.columns)), () =>
          b.load(g.b, U.add(U.mul(kb, g.bk), U.mul(cb, g.bc))),
        )
        b.put(ofB, U.add(U.mul(l, strideB), c), y)
      }
      b.barrier()
      for (let step = 0; step < depth; step += 8 * pack) {
        const k = [0, 4 * pack].map((half) =>
          Array.from({ length: pack }, (_, e) => b.let(U.add(U.mul(t, pack), step + half + e))),
        )
        const heights = [0, 8].map((n) => b.let(U.mul(U.add(down, U.add(row, n)), strideA)))
        const a = k.flatMap((ks) => heights.flatMap((at) => ks.map((one) => b.let(b.get(ofA, U.add(at, one))))))
        for (const [n, { sums }] of made.entries()) {
          const column = b.let(U.add(right, U.add(row, n * wide)))
          const y = k.flat().map((one) => b.let(b.get(ofB, U.add(U.mul(one, strideB), column))))
          b.multiplyTiles(format, sums, a, y)
        }
      }
      b.barrier()
    })
    for (const { places, sums } of made)
      for (const [i, { r, c }] of places.entries()) b.if(inside(r, c), () => b.store(g.out, place(r, c), sums[i]!))
  })
}
