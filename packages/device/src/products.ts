import { build } from './build.ts'
import { and, group, R, real, thread, U, whole } from './expressions.ts'
import { threads } from './frame.ts'
import type { DeviceKernel } from './ir.ts'

// Products. Each number of a result is the work of one thread, which adds its terms in one order, so the same call gives the same bits.

/** What the sum of a product begins with. */
export type Start = 'zero' | 'bias' | 'before'

const starts = { zero: {}, bias: { bias: 'reals' }, before: {} } as const

/** Rows and columns of a tile. */
export const tile = 16

/** out[r, c] = sum over k of a(r, k) b(k, c); a(r, k) stands at r * ar + k * ak, b(k, c) at k * bk + c * bc. A group makes a tile. */
export function denseProduct(start: Start): DeviceKernel {
  const given = {
    ...({ a: 'reals', b: 'reals', out: 'reals' } as const),
    ...({ rows: 'u32', inner: 'u32', columns: 'u32', ar: 'u32', ak: 'u32', bk: 'u32', bc: 'u32' } as const),
    ...(starts[start] as { bias: 'reals' }),
  }
  return build(`product_${start}`, tile * tile, given, (b, g) => {
    const across = b.let(U.div(U.add(g.columns, tile - 1), whole(tile)))
    const [i, j] = [b.let(U.div(thread, tile)), b.let(U.rem(thread, tile))]
    const r = b.let(U.add(U.mul(U.div(group, across), tile), i))
    const c = b.let(U.add(U.mul(U.rem(group, across), tile), j))
    const [left, right] = [b.shared('f32', tile * tile), b.shared('f32', tile * tile)]
    const [inRows, inColumns] = [b.let(U.lt(r, g.rows)), b.let(U.lt(c, g.columns))]
    const inside = b.let(and(inRows, inColumns))
    const place = b.let(U.add(U.mul(r, g.columns), c))
    const sum = b.variable(real(0))
    if (start === 'before') b.if(inside, () => b.set(sum, b.load(g.out, place)))
    if (start === 'bias') b.if(inColumns, () => b.set(sum, b.load(g.bias, c)))
    b.for(0, g.inner, tile, (from) => {
      const [x, y] = [b.variable(real(0)), b.variable(real(0))]
      const [ka, kb] = [b.let(U.add(from, j)), b.let(U.add(from, i))]
      b.if(and(inRows, U.lt(ka, g.inner)), () => b.set(x, b.load(g.a, U.add(U.mul(r, g.ar), U.mul(ka, g.ak)))))
      b.if(and(inColumns, U.lt(kb, g.inner)), () => b.set(y, b.load(g.b, U.add(U.mul(kb, g.bk), U.mul(c, g.bc)))))
      b.put(left, thread, x)
      b.put(right, thread, y)
      b.barrier()
      for (let k = 0; k < tile; k++) {
        const terms = [b.get(left, U.add(U.mul(i, tile), k)), b.get(right, U.add(j, k * tile))] as const
        b.set(sum, R.add(sum, R.mul(...terms)))
      }
      b.barrier()
    })
    b.if(inside, () => b.store(g.out, place, sum))
  })
}

/** out[r, c]: the rows k of b of the events k of row r of a, in order. A group makes 64 columns of a row. */
export function gather(start: Start): DeviceKernel {
  const given = {
    ...({ a: 'words', b: 'reals', out: 'reals', width: 'u32', columns: 'u32', bk: 'u32', bc: 'u32' } as const),
    ...(starts[start] as { bias: 'reals' }),
  }
  return build(`gather_${start}`, threads, given, (b, g) => {
    const across = b.let(U.div(U.add(g.columns, threads - 1), whole(threads)))
    const r = b.let(U.div(group, across))
    const c = b.let(U.add(U.mul(U.rem(group, across), threads), thread))
    b.if(U.lt(c, g.columns), () => {
      const place = b.let(U.add(U.mul(r, g.columns), c))
      const first = start === 'before' ? b.load(g.out, place) : start === 'bias' ? b.load(g.bias, c) : real(0)
      const sum = b.variable(first)
      b.for(0, g.width, 1, (w) => {
        const word = b.variable(b.load(g.a, U.add(U.mul(r, g.width), w)))
        b.while(U.ne(word, 0), () => {
          const k = b.let(U.add(U.mul(w, 32), U.trailingZeros(word)))
          b.set(sum, R.add(sum, b.load(g.b, U.add(U.mul(k, g.bk), U.mul(c, g.bc)))))
          b.set(word, U.and(word, U.sub(word, 1)))
        })
      })
      b.store(g.out, place, sum)
    })
  })
}

/** out[k, c]: the rows r of b in which bit k of a is 1, in order. A group makes 64 columns of a row. */
export function gatherTransposed(start: Exclude<Start, 'bias'>): DeviceKernel {
  const given = {
    ...({ a: 'words', b: 'reals', out: 'reals', width: 'u32', rows: 'u32' } as const),
    ...({ columns: 'u32', bk: 'u32', bc: 'u32' } as const),
  }
  return build(`gather_transposed_${start}`, threads, given, (b, g) => {
    const across = b.let(U.div(U.add(g.columns, threads - 1), whole(threads)))
    const k = b.let(U.div(group, across))
    const c = b.let(U.add(U.mul(U.rem(group, across), threads), thread))
    b.if(U.lt(c, g.columns), () => {
      const place = b.let(U.add(U.mul(k, g.columns), c))
      const sum = b.variable(start === 'before' ? b.load(g.out, place) : real(0))
      const [w, bit] = [b.let(U.shiftRight(k, 5)), b.let(U.and(k, 31))]
      b.for(0, g.rows, 1, (r) => {
        const word = b.load(g.a, U.add(U.mul(r, g.width), w))
        b.if(U.ne(U.and(U.shiftRight(word, bit), 1), 0), () => {
          b.set(sum, R.add(sum, b.load(g.b, U.add(U.mul(r, g.bk), U.mul(c, g.bc)))))
        })
      })
      b.store(g.out, place, sum)
    })
  })
}
