import { build, type Reals, type Words } from './build.ts'
import { and, group, R, real, thread, toReal, U, whole, wordsOf } from './expressions.ts'
import type { DeviceKernel, Whole } from './ir.ts'

/** Threads of a group that sums columns. */
const threads = 256

/** How many columns a group sums: neighbouring threads have neighbouring numbers, few columns or many. */
export const columnsOfGroup = (columns: number): number => (columns < 32 ? 1 : 32)

/**
 * out[c]: the sum over r of a[r, c]. Each thread of a group adds some rows of one of `across` columns, one adds what they have, in the
 * same order on every device. Spikes are rows of `size` neurons.
 */
export function sumColumns(kind: 'real' | 'spikes', across: number): DeviceKernel {
  const slices = threads / across
  const given = {
    a: kind === 'spikes' ? 'words' : 'reals',
    out: 'reals',
    rows: 'u32',
    columns: 'u32',
    size: 'u32',
  } as const
  return build(`sum_${kind}_${across}`, threads, given, (b, { a, out, rows, columns, size }) => {
    const load = (i: Whole) => {
      if (kind === 'real') return b.load(a as Reals, i)
      const [row, n] = [b.let(U.div(i, size)), b.let(U.rem(i, size))]
      const word = b.load(a as Words, U.add(U.mul(row, wordsOf(size)), U.shiftRight(n, 5)))
      return toReal(U.and(U.shiftRight(word, U.and(n, 31)), 1))
    }
    const partial = b.shared('f32', threads)
    const [column, slice] = [b.let(U.rem(thread, across)), b.let(U.div(thread, across))]
    const c = b.let(U.add(U.mul(group, across), column))
    const sum = b.variable(real(0))
    b.if(U.lt(c, columns), () =>
      b.for(slice, rows, slices, (r) => b.set(sum, R.add(sum, load(b.let(U.add(U.mul(r, columns), c)))))),
    )
    b.put(partial, thread, sum)
    b.barrier()
    b.if(and(U.eq(slice, 0), U.lt(c, columns)), () => {
      const all = b.variable(real(0))
      b.for(0, whole(slices), 1, (s) => b.set(all, R.add(all, b.get(partial, U.add(U.mul(s, across), column)))))
      b.store(out, c, all)
    })
  })
}
