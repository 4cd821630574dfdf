import { type Builder, build, type Reals, type Words } from './build.ts'
import { and, group, R, real, thread, U, whole } from './expressions.ts'
import { threads } from './frame.ts'
import type { DeviceKernel, Real, Truth, Whole } from './ir.ts'
import { type Start, starts } from './products.ts'

// Products by a wiring. Each number of a result is the work of one thread, which adds its terms in the order of the table: the same call gives
// the same bits, on every device that is exact.

/** What needs a kernel of its own. */
export interface WiredKind {
  readonly of: 'real' | 'spikes'
  /** Channels go each its own way. */
  readonly diagonal: boolean
  /** Lags that look back, or ahead. */
  readonly lags: 'none' | 'back' | 'ahead'
}

export const nameOf = ({ of, diagonal, lags }: WiredKind): string => `${of}_${diagonal ? 'diagonal' : 'whole'}_${lags}`

/** A table: where the pairs of each site begin, and for each pair the site at its other end, its matrix and its lag. */
const table = { start: 'words', site: 'words', slot: 'words', lag: 'words' } as const

/** Calls `use` with the row that a row meets over a lag of a pair, unless there is none. */
function overLag(
  b: Builder,
  lags: WiredKind['lags'],
  lag: () => Whole,
  r: Whole,
  rows: Whole,
  use: (row: Whole) => void,
) {
  if (lags === 'none') return use(r)
  const late = b.let(lag())
  if (lags === 'ahead') {
    const row = b.let(U.add(r, late))
    b.if(U.lt(row, rows), () => use(row))
    return
  }
  const row = b.let(U.sub(r, late))
  b.if(and(U.le(late, r), U.lt(row, rows)), () => use(row))
}

/**
 * out[r, q, j] = sum over the pairs of site q, and over the inputs i of the site at the other end, of a[r - lag, site, i] times the weight at slot *
 * step + i * bi + j * bj. A thread makes one number.
 */
export function wired(start: Start, kind: WiredKind): DeviceKernel {
  const given = {
    ...table,
    ...({ a: kind.of === 'spikes' ? 'words' : 'reals', b: 'reals', out: 'reals' } as const),
    ...({ count: 'u32', rows: 'u32', inputs: 'u32', outputs: 'u32', from: 'u32', to: 'u32' } as const),
    ...({ step: 'u32', bi: 'u32', bj: 'u32', late: 'u32' } as const),
    ...(start === 'bias'
      ? ({ bias: 'reals', channels: 'u32' } as const)
      : (starts[start] as { bias: 'reals'; channels: 'u32' })),
  }
  return build(`wired_${start}_${nameOf(kind)}`, threads, given, (b, g) => {
    const at = b.let(U.add(U.mul(group, threads), thread))
    b.if(U.lt(at, g.count), () => {
      const [r, n] = [b.let(U.div(at, g.outputs)), b.let(U.rem(at, g.outputs))]
      const [q, j] = [b.let(U.div(n, g.to)), b.let(U.rem(n, g.to))]
      const before = start === 'before' ? b.load(g.out, at) : real(0)
      const sum = b.variable(start === 'bias' ? b.load(g.bias, b.let(U.rem(n, g.channels))) : before)
      b.for(b.let(b.load(g.start, q)), b.let(b.load(g.start, U.add(q, 1))), 1, (pair) => {
        const lag = () => U.mul(b.load(g.lag, pair), g.late)
        overLag(b, kind.lags, lag, r, g.rows, (row) => {
          const first = b.let(U.mul(b.load(g.site, pair), g.from))
          const weights = b.let(U.add(U.mul(b.load(g.slot, pair), g.step), U.mul(j, g.bj)))
          const add = (i: Whole, x?: Real) => {
            const weight = b.load(g.b, U.add(weights, U.mul(i, g.bi)))
            b.set(sum, R.add(sum, x ? R.mul(x, weight) : weight))
          }
          const real = (i: Whole) => b.load(g.a as Reals, U.add(U.mul(row, g.inputs), U.add(first, i)))
          if (kind.diagonal && kind.of === 'real') add(j, real(j))
          else if (kind.diagonal) b.if(bitOf(b, g.a as Words, row, g.inputs, U.add(first, j)), () => add(j))
          else if (kind.of === 'real') b.for(0, g.from, 1, (i) => add(i, real(i)))
          else eachBit(b, g.a as Words, row, g.inputs, first, g.from, (i) => add(i))
        })
      })
      b.store(g.out, at, sum)
    })
  })
}

const wordsOfRow = (size: Whole): Whole => U.shiftRight(U.add(size, 31), 5)

/** Whether neuron n of a row fires. */
export function bitOf(b: Builder, a: Words, row: Whole, size: Whole, n: Whole): Truth {
  const place = b.let(n)
  const word = b.load(a, U.add(U.mul(row, wordsOfRow(size)), U.shiftRight(place, 5)))
  return U.ne(U.and(U.shiftRight(word, U.and(place, 31)), 1), 0)
}

/** Calls `use` for each of `count` neurons from `first` on that fires. */
function eachBit(b: Builder, a: Words, row: Whole, size: Whole, first: Whole, count: Whole, use: (i: Whole) => void) {
  const last = b.let(U.sub(U.add(first, count), 1))
  const begin = b.let(U.mul(row, wordsOfRow(size)))
  const [from, to] = [b.let(U.shiftRight(first, 5)), b.let(U.shiftRight(last, 5))]
  b.for(from, b.let(U.add(to, 1)), 1, (w) => {
    const word = b.variable(b.load(a, U.add(begin, w)))
    b.if(U.eq(w, from), () => b.set(word, U.and(word, U.shiftLeft(whole(0xffffffff), U.and(first, 31)))))
    b.if(U.eq(w, to), () => b.set(word, U.and(word, U.shiftRight(whole(0xffffffff), U.sub(31, U.and(last, 31))))))
    b.while(U.ne(word, 0), () => {
      use(b.let(U.sub(U.add(U.mul(w, 32), U.trailingZeros(word)), first)))
      b.set(word, U.and(word, U.sub(word, 1)))
    })
  })
}

/**
 * partial[s, slot, i, j] = the sum over the rows r of slice s, and the pairs of the matrix, of a[r - lag, site, i] * delta[r, other, j]: part of
 * the gradient of weights. The table goes by matrices; `other` is the site of delta. A thread makes one number.
 */
export function wiredGradient(kind: WiredKind): DeviceKernel {
  const given = {
    ...table,
    ...({ other: 'words', a: kind.of === 'spikes' ? 'words' : 'reals', delta: 'reals', partial: 'reals' } as const),
    ...({ count: 'u32', weights: 'u32', rows: 'u32', later: 'u32', sliceRows: 'u32', inputs: 'u32' } as const),
    ...({ outputs: 'u32', from: 'u32', to: 'u32', late: 'u32' } as const),
  }
  return build(`wired_gradient_${nameOf(kind)}`, threads, given, (b, g) => {
    const at = b.let(U.add(U.mul(group, threads), thread))
    b.if(U.lt(at, g.count), () => {
      const [slice, weight] = [b.let(U.div(at, g.weights)), b.let(U.rem(at, g.weights))]
      const [row, j] = [b.let(U.div(weight, g.to)), b.let(U.rem(weight, g.to))]
      const [slot, i] = kind.diagonal ? [row, j] : [b.let(U.div(row, g.from)), b.let(U.rem(row, g.from))]
      const sum = b.variable(real(0))
      const [first, end] = [b.let(b.load(g.start, slot)), b.let(b.load(g.start, U.add(slot, 1)))]
      const begin = b.let(U.mul(slice, g.sliceRows))
      b.for(begin, b.let(U.min(g.later, U.add(begin, g.sliceRows))), 1, (r) =>
        b.for(first, end, 1, (pair) => {
          const lag = () => U.mul(b.load(g.lag, pair), g.late)
          overLag(b, kind.lags, lag, r, g.rows, (then) => {
            const n = b.let(U.add(U.mul(b.load(g.site, pair), g.from), i))
            const delta = () =>
              b.load(g.delta, U.add(U.mul(r, g.outputs), U.add(U.mul(b.load(g.other, pair), g.to), j)))
            if (kind.of === 'spikes')
              b.if(bitOf(b, g.a as Words, then, g.inputs, n), () => b.set(sum, R.add(sum, delta())))
            else b.set(sum, R.add(sum, R.mul(b.load(g.a as Reals, U.add(U.mul(then, g.inputs), n)), delta())))
          })
        }),
      )
      b.store(g.partial, at, sum)
    })
  })
}
