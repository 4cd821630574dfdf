import { build } from './build.ts'
import { group, R, real, thread, toReal, U, whole, wordsOf } from './expressions.ts'
import { threads } from './frame.ts'
import type { DeviceKernel } from './ir.ts'

/**
 * out[c]: the sum over r of a[r, c]. A group sums a column: each thread some of its rows, then in pairs, in the same order on every
 * device. Spikes are rows of `size` neurons.
 */
export function sumColumns(kind: 'real' | 'spikes'): DeviceKernel {
  const given = { out: 'reals', rows: 'u32', columns: 'u32', size: 'u32' } as const
  const a = { a: kind === 'spikes' ? 'words' : 'reals' } as const
  return build(`sum_${kind}`, threads, { ...given, ...(a as { a: 'reals' }) }, (b, g) => {
    const partial = b.shared('f32', threads)
    const sum = b.variable(real(0))
    b.for(thread, g.rows, threads, (r) => {
      const i = b.let(U.add(U.mul(r, g.columns), group))
      if (kind === 'real') return b.set(sum, R.add(sum, b.load(g.a, i)))
      const [row, n] = [b.let(U.div(i, g.size)), b.let(U.rem(i, g.size))]
      const word = b.load(g.a as never, U.add(U.mul(row, wordsOf(g.size)), U.shiftRight(n, 5))) as unknown as typeof n
      b.set(sum, R.add(sum, toReal(U.and(U.shiftRight(word, U.and(n, 31)), 1))))
    })
    b.put(partial, thread, sum)
    for (let half = threads / 2; half > 0; half /= 2) {
      b.barrier()
      b.if(U.lt(thread, whole(half)), () => {
        b.put(partial, thread, R.add(b.get(partial, thread), b.get(partial, U.add(thread, half))))
      })
    }
    b.if(U.eq(thread, 0), () => b.store(g.out, group, b.get(partial, whole(0))))
  })
}
