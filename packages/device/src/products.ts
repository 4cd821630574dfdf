import { type Builder, build } from './build.ts'
import { and, group, R, real, thread, U, whole } from './expressions.ts'
import type { DeviceKernel, Real, Shared, Truth, Whole } from './ir.ts'

// Products of numbers. Each number of a result is the work of one thread, which adds its terms in the order of k, whatever the tiles: the
// same call gives the same bits, on every device that is exact.

/** What the sum of a product begins with. */
export type Start = 'zero' | 'bias' | 'before'

export const starts = { zero: {}, bias: { bias: 'reals' }, before: {} } as const

/** What the kernel of a product of numbers is given. */
export const givenOfProduct = (start: Start) => ({
  ...({ a: 'reals', b: 'reals', out: 'reals' } as const),
  ...({ rows: 'u32', inner: 'u32', columns: 'u32', ar: 'u32', ak: 'u32', bk: 'u32', bc: 'u32' } as const),
  ...(starts[start] as { bias: 'reals' }),
})

/** Threads of a group stand in a square of this side. */
const side = 16

/** How many rows and columns of the result each thread makes: many where that leaves enough groups to keep a GPU busy. */
export function numbersOfThread(rows: number, columns: number): 1 | 4 {
  const large = 4 * side
  return Math.ceil(rows / large) * Math.ceil(columns / large) >= 64 ? 4 : 1
}

/** Groups of a product whose threads make so many rows and columns each. */
export const groupsOfProduct = (rows: number, columns: number, each: 1 | 4): number =>
  Math.ceil(rows / (each * side)) * Math.ceil(columns / (each * side))

/**
 * out[r, c] = sum over k of a(r, k) b(k, c); a(r, k) stands at r * ar + k * ak, b(k, c) at k * bk + c * bc. A group makes a tile of
 * 16 * each rows and columns: 16 terms at a time are put into shared memory, and each thread multiplies `each` by `each` of them.
 */
export function denseProduct(start: Start, each: 1 | 4): DeviceKernel {
  const tile = side * each
  return build(`product_${start}_${each}`, side * side, givenOfProduct(start), (b, g) => {
    const across = b.let(U.div(U.add(g.columns, tile - 1), whole(tile)))
    const [i, j] = [b.let(U.div(thread, side)), b.let(U.rem(thread, side))]
    const [top, left] = [b.let(U.mul(U.div(group, across), tile)), b.let(U.mul(U.rem(group, across), tile))]
    // a thread's rows and columns stand 16 apart, so that neighbours read and write neighbours
    const own = Array.from({ length: each }, (_, n) => n * side)
    const rows = own.map((n) => b.let(U.add(top, U.add(i, n))))
    const columns = own.map((n) => b.let(U.add(left, U.add(j, n))))
    const inside = (r: Whole, c: Whole): Truth => and(U.lt(r, g.rows), U.lt(c, g.columns))
    const place = (r: Whole, c: Whole) => U.add(U.mul(r, g.columns), c)
    const sums = rows.map((r) =>
      columns.map((c) => {
        if (start === 'before') return padded(b, inside(r, c), () => b.load(g.out, place(r, c)))
        return start === 'bias' ? padded(b, U.lt(c, g.columns), () => b.load(g.bias, c)) : b.variable(real(0))
      }),
    )
    const [ofA, ofB] = [b.shared('f32', tile * side), b.shared('f32', tile * side)]
    b.for(0, g.inner, side, (from) => {
      const [ka, kb] = [b.let(U.add(from, j)), b.let(U.add(from, i))]
      own.forEach((n, at) => {
        const a = padded(b, and(U.lt(rows[at]!, g.rows), U.lt(ka, g.inner)), () =>
          b.load(g.a, U.add(U.mul(rows[at]!, g.ar), U.mul(ka, g.ak))),
        )
        b.put(ofA, U.add(U.mul(U.add(i, n), side), j), a)
        const y = padded(b, and(U.lt(columns[at]!, g.columns), U.lt(kb, g.inner)), () =>
          b.load(g.b, U.add(U.mul(kb, g.bk), U.mul(columns[at]!, g.bc))),
        )
        b.put(ofB, U.add(U.mul(i, tile), U.add(j, n)), y)
      })
      b.barrier()
      // not written out sixteen times: compilers do that where it pays, and the text stays short
      b.for(0, whole(side), 1, (k) => {
        const x = own.map((n) => take(b, ofA, U.add(U.mul(U.add(i, n), side), k)))
        const y = own.map((n) => take(b, ofB, U.add(U.mul(k, tile), U.add(j, n))))
        for (const [p, row] of sums.entries())
          for (const [q, sum] of row.entries()) b.set(sum, R.add(sum, R.mul(x[p]!, y[q]!)))
      })
      b.barrier()
    })
    for (const [p, r] of rows.entries())
      for (const [q, c] of columns.entries()) b.if(inside(r, c), () => b.store(g.out, place(r, c), sums[p]![q]!))
  })
}

const take = (b: Builder, from: Shared<'f32'>, at: Whole): Real => b.let(b.get(from, at))

/** A value that is there, or 0. */
export function padded(b: Builder, there: Truth, load: () => Real): Real {
  const value = b.variable(real(0))
  b.if(there, () => b.set(value, load()))
  return value
}
