import { build } from './build.ts'
import { group, R, real, thread, U } from './expressions.ts'
import { groupsFor, threads } from './frame.ts'
import type { DeviceKernel, Real } from './ir.ts'
import { type Start, starts } from './products.ts'

// Products of spikes: rows of b are added where there is an event.

/** out[r, c]: the rows k of b of the events k of row r of a, in order. A thread makes one of `count` numbers. */
export function gather(start: Start): DeviceKernel {
  const given = {
    ...({ a: 'words', b: 'reals', out: 'reals', width: 'u32', columns: 'u32', count: 'u32' } as const),
    ...({ bk: 'u32', bc: 'u32' } as const),
    ...(starts[start] as { bias: 'reals' }),
  }
  return build(`gather_${start}`, threads, given, (b, g) => {
    const place = b.let(U.add(U.mul(group, threads), thread))
    b.if(U.lt(place, g.count), () => {
      const [r, c] = [b.let(U.div(place, g.columns)), b.let(U.rem(place, g.columns))]
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

/** How a transposed product of spikes is cut up. */
export interface Slices {
  readonly count: number
  /** Rows of a slice; the last one may have fewer. */
  readonly rows: number
}

/** Groups that keep a large GPU busy; what is cut up goes by sizes alone, so that all devices give the same bits. */
const busy = 4096

/** Few words and columns are cut into slices of rows, so that there is work for all. */
export function slicesFor(rows: number, width: number, columns: number): Slices {
  const wanted = Math.ceil(busy / Math.max(1, width * groupsFor(columns)))
  const each = Math.max(64, Math.ceil(rows / wanted))
  return { count: Math.max(1, Math.ceil(rows / each)), rows: each }
}

/**
 * partial[s, k, c]: the sum of the rows r of b, of slice s, in which bit k of a is 1. A thread makes the 32 rows of a word for one
 * column, `count` of them in all: it has their sums in registers, and reads each number of b once for all of them.
 */
export function gatherTransposed(): DeviceKernel {
  const given = {
    ...({ a: 'words', b: 'reals', partial: 'reals', width: 'u32', rows: 'u32', sliceRows: 'u32' } as const),
    ...({ inner: 'u32', columns: 'u32', count: 'u32', bk: 'u32', bc: 'u32' } as const),
  }
  return build('gather_transposed', threads, given, (b, g) => {
    const own = b.let(U.add(U.mul(group, threads), thread))
    b.if(U.lt(own, g.count), () => {
      const [place, c] = [b.let(U.div(own, g.columns)), b.let(U.rem(own, g.columns))]
      const [slice, w] = [b.let(U.div(place, g.width)), b.let(U.rem(place, g.width))]
      const sums = Array.from({ length: 32 }, () => b.variable(real(0)))
      const from = b.let(U.mul(slice, g.sliceRows))
      b.for(from, b.let(U.min(g.rows, U.add(from, g.sliceRows))), 1, (r) => {
        const word = b.let(b.load(g.a, U.add(U.mul(r, g.width), w)))
        b.if(U.ne(word, 0), () => {
          const x = b.let(b.load(g.b, U.add(U.mul(r, g.bk), U.mul(c, g.bc))))
          for (const [bit, sum] of sums.entries()) b.if(U.ne(U.and(word, 2 ** bit), 0), () => b.set(sum, R.add(sum, x)))
        })
      })
      const first = b.let(U.mul(slice, g.inner))
      for (const [bit, sum] of sums.entries()) {
        const k = b.let(U.add(U.mul(w, 32), bit))
        b.if(U.lt(k, g.inner), () => b.store(g.partial, U.add(U.mul(U.add(first, k), g.columns), c), sum))
      }
    })
  })
}

/** out[i] = the sum over s of partial[s, i], in order, added to what it holds with `before`. */
export function addSlices(start: 'zero' | 'before'): DeviceKernel {
  const given = { partial: 'reals', out: 'reals', slices: 'u32', count: 'u32' } as const
  return build(`add_slices_${start}`, threads, given, (b, g) => {
    const i = b.let(U.add(U.mul(group, threads), thread))
    b.if(U.lt(i, g.count), () => {
      const first: Real = start === 'before' ? b.load(g.out, i) : real(0)
      const sum = b.variable(first)
      b.for(0, g.slices, 1, (s) => b.set(sum, R.add(sum, b.load(g.partial, U.add(U.mul(s, g.count), i)))))
      b.store(g.out, i, sum)
    })
  })
}
