import { type Builder, build, type Reals, type Words } from './build.ts'
import { and, group, R, real, select, thread, toReal, U, whole } from './expressions.ts'
import { lane, threads } from './frame.ts'
import type { DeviceKernel, Real, Whole } from './ir.ts'
import { bitOf } from './wired.ts'

// Max pooling: the largest of the sites that reach a site, channel by channel.

const sizes = { inputs: 'u32', outputs: 'u32', width: 'u32' } as const

/** Calls `use` with each pair of a site. */
function eachPair(b: Builder, start: Words, q: Whole, use: (pair: Whole) => void): void {
  b.for(b.let(b.load(start, q)), b.let(b.load(start, U.add(q, 1))), 1, use)
}

/** out = the largest of numbers, NaN before all others. A thread makes one number. */
export function largest(): DeviceKernel {
  const given = { start: 'words', site: 'words', a: 'reals', out: 'reals', count: 'u32', ...sizes } as const
  return build('largest', threads, given, (b, g) => {
    const at = b.let(U.add(U.mul(group, threads), thread))
    b.if(U.lt(at, g.count), () => {
      const [r, n] = [b.let(U.div(at, g.outputs)), b.let(U.rem(at, g.outputs))]
      const [q, c] = [b.let(U.div(n, g.width)), b.let(U.rem(n, g.width))]
      const first = b.let(b.load(g.start, q))
      const best = b.variable(real(0))
      eachPair(b, g.start, q, (pair) => {
        const own = U.add(U.mul(r, g.inputs), U.add(U.mul(b.load(g.site, pair), g.width), c))
        const x = b.let(b.load(g.a, own))
        b.set(best, select(U.eq(pair, first), x, R.max(x, best)))
      })
      b.store(g.out, at, best)
    })
  })
}

/** out = where any spike is. A group makes 64 neurons of a row. */
export function largestSpikes(): DeviceKernel {
  const given = { start: 'words', site: 'words', a: 'words', out: 'words', ...sizes } as const
  return build('largest_spikes', threads, given, (b, g) => {
    const across = b.let(U.div(U.add(g.outputs, threads - 1), whole(threads)))
    const r = b.let(U.div(group, across))
    const { n, live, word } = lane(b, b.let(U.mul(U.rem(group, across), threads)), g.outputs)
    const [q, c] = [b.let(U.div(n, g.width)), b.let(U.rem(n, g.width))]
    const any = b.variable(whole(0))
    eachPair(b, g.start, q, (pair) => {
      const own = U.add(U.mul(b.load(g.site, pair), g.width), c)
      b.if(bitOf(b, g.a, r, g.inputs, own), () => b.set(any, whole(1)))
    })
    const words = U.shiftRight(U.add(g.outputs, 31), 5)
    b.storeBit(g.out, U.add(U.mul(r, words), word), U.ne(any, 0), live)
  })
}

/** into = for each site that it reaches first, of those that hold the largest, the signal of that. A thread makes one number. */
export function largestAdjoint(kind: 'real' | 'spikes'): DeviceKernel {
  const held = kind === 'spikes' ? 'words' : 'reals'
  const given = {
    ...({ start: 'words', site: 'words', backStart: 'words', backSite: 'words' } as const),
    ...({ a: held, out: held, signal: 'reals', into: 'reals', count: 'u32' } as const),
    ...sizes,
  }
  return build(`largest_adjoint_${kind}`, threads, given, (b, g) => {
    const value = (from: Reals | Words, row: Whole, size: Whole, n: Whole): Real => {
      if (kind === 'real') return b.load(from as Reals, U.add(U.mul(row, size), n))
      return select(bitOf(b, from as Words, row, size, n), toReal(whole(1)), real(0))
    }
    const at = b.let(U.add(U.mul(group, threads), thread))
    b.if(U.lt(at, g.count), () => {
      const [r, n] = [b.let(U.div(at, g.inputs)), b.let(U.rem(at, g.inputs))]
      const [p, c] = [b.let(U.div(n, g.width)), b.let(U.rem(n, g.width))]
      const own = b.let(value(g.a, r, g.inputs, n))
      const sum = b.variable(real(0))
      // Not a site: one that comes twice counts once.
      const before = b.variable(whole(0xffffffff))
      eachPair(b, g.backStart, p, (back) => {
        const q = b.let(b.load(g.backSite, back))
        const k = b.let(U.add(U.mul(q, g.width), c))
        b.if(and(U.ne(q, before), R.eq(own, value(g.out, r, g.outputs, k))), () => {
          const end = b.let(b.load(g.start, U.add(q, 1)))
          const pair = b.variable(b.load(g.start, q))
          const first = b.variable(whole(0xffffffff))
          b.while(and(U.lt(pair, end), U.eq(first, whole(0xffffffff))), () => {
            const site = b.let(b.load(g.site, pair))
            const other = b.let(value(g.a, r, g.inputs, b.let(U.add(U.mul(site, g.width), c))))
            b.if(R.eq(other, own), () => b.set(first, site))
            b.set(pair, U.add(pair, 1))
          })
          b.if(U.eq(first, p), () => b.set(sum, R.add(sum, b.load(g.signal, U.add(U.mul(r, g.outputs), k)))))
        })
        b.set(before, q)
      })
      b.store(g.into, at, sum)
    })
  })
}
