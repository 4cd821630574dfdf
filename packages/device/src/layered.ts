import type { LayerCall } from '@hillock/core/equations'
import { type BoundOverTime, inRow } from './bind.ts'
import type { Builder, Reals } from './build.ts'
import { type Args, realsOf } from './collect.ts'
import { and, group, R, real, select, thread, U, whole } from './expressions.ts'
import { lane, type Place } from './frame.ts'
import type { Real, Shared, Whole } from './ir.ts'

// Scans of programs that see whole layers. A group is a sample: its threads go through the neurons 256 at a time, phase by phase within
// each step, and what waits for a later phase or step stands in rows of the layer in the device's memory.

/** Threads of a group that computes a whole layer. */
export const manyThreads = 256

/** The name of the argument that says where the rows are: [B, rows, N]. */
export const scratch = 'rows'

/** A kernel's view of a sample's layer. */
export interface Layer {
  readonly place: Pick<Place, 'args' | 'steps' | 'sample' | 'batch' | 'size'>
  /** Visits all neurons; every thread goes round as often, so that they can vote and wait within. */
  each(visit: (place: Place) => void): void
  /** Visits them, and stores nothing for threads beyond the layer. */
  eachLive(visit: (place: Place) => void): void
  get(row: number, place: Pick<Place, 'n'>): Real
  put(row: number, place: Pick<Place, 'n'>, value: Real): void
  /** Computes operations that see the whole layer, from rows to rows. */
  call(calls: readonly LayerCall[]): void
}

export function layerOf(b: Builder, args: Args, bound: BoundOverTime, rows: number): Layer {
  const place = { args, sample: group, ...bound.sizes(args) }
  const memory = realsOf(args, scratch)
  const { size } = place
  const first = b.let(U.mul(group, rows))
  const put = (row: number, { n }: { n: Whole }, value: Real) =>
    b.store(memory, inRow(U.add(first, row), { size, n }), value)
  const get = (row: number, { n }: { n: Whole }) => b.load(memory, inRow(U.add(first, row), { size, n }))
  const each = (visit: (place: Place) => void) =>
    b.for(0, size, manyThreads, (base) => visit({ ...place, ...lane(b, base, size) }))
  const eachLive = (visit: (place: Place) => void) => each((own) => b.if(own.live, () => visit(own)))
  const one = b.shared('f32', 1)
  const layer: Layer = {
    place,
    each,
    eachLive,
    get,
    put,
    call(calls) {
      for (const call of calls) {
        b.barrier()
        if (call.matrix !== undefined) product(b, layer, bound.matrix(args, call.matrix), call)
        else if (call.op === 'total') total(b, layer, one, call)
        else winners(b, layer, call)
      }
      if (calls.length > 0) b.barrier()
    },
  }
  return layer
}

/** One thread adds, in order, so that the bits are those of every other backend. */
function total(
  b: Builder,
  { place, eachLive, get, put }: Layer,
  one: Shared<'f32'>,
  { args, result }: LayerCall,
): void {
  b.if(U.eq(thread, 0), () => {
    const sum = b.variable(real(0))
    b.for(0, place.size, 1, (n) => b.set(sum, R.add(sum, get(args[0]!, { n }))))
    b.put(one, whole(0), sum)
  })
  b.barrier()
  eachLive((own) => put(result, own, b.get(one, whole(0))))
}

/** Each thread adds the terms of its neurons, in order; where a row is 0, as of neurons that do not fire, there is nothing to add. */
function product(
  b: Builder,
  { place, eachLive, get, put }: Layer,
  matrix: Reals,
  { op, args, result }: LayerCall,
): void {
  const { size } = place
  eachLive((own) => {
    const sum = b.variable(real(0))
    b.for(0, size, 1, (k) => {
      const x = b.let(get(args[0]!, { n: k }))
      b.if(R.ne(x, 0), () => {
        const at = op === 'product' ? inRow(k, own) : inRow(own.n, { size, n: k })
        b.set(sum, R.add(sum, R.mul(x, b.load(matrix, at))))
      })
    })
    put(result, own, sum)
  })
}

/** A neuron wins if fewer than k are larger, or equal and before it; k is that of the first neuron. */
function winners(b: Builder, { place, eachLive, get, put }: Layer, { args, result }: LayerCall): void {
  const [values, k] = args as [number, number]
  eachLive((own) => {
    const mine = b.let(get(values, own))
    const rank = b.variable(real(0))
    b.for(0, place.size, 1, (n) => {
      const other = b.let(get(values, { n }))
      const before = select(and(R.eq(other, mine), U.lt(n, own.n)), real(1), real(0))
      b.set(rank, R.add(rank, select(R.gt(other, mine), real(1), before)))
    })
    // NaN never wins
    const wins = and(R.eq(mine, mine), R.lt(rank, R.floor(get(k, { n: whole(0) }))))
    put(result, own, select(wins, real(1), real(0)))
  })
}
