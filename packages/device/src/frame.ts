import type { BoundOverTime, Position } from './bind.ts'
import type { Builder } from './build.ts'
import type { Args } from './collect.ts'
import { group, thread, U, whole } from './expressions.ts'
import type { Truth, Whole } from './ir.ts'

/** Threads of a group that computes one neuron a thread. */
export const threads = 64

/** How many groups it takes to have a thread for each of `count`. */
export const groupsFor = (count: number): number => Math.ceil(count / threads)

/** A thread's place: neuron n of a sample; threads beyond the layer repeat its last neuron and store nothing. */
export interface Place extends Omit<Position, 't'> {
  readonly steps: Whole
  /** Whether the thread has a neuron of its own. */
  readonly live: Truth
  /** The word of a row that the thread's bit lies in. */
  readonly word: Whole
}

/** A group is `threads` neurons of a sample; all groups of a sample come one after the other. */
export function neuronPlace(b: Builder, args: Args, { sizes }: BoundOverTime): Place {
  const { steps, batch, size } = sizes(args)
  const blocks = b.let(U.div(U.add(size, threads - 1), whole(threads)))
  const sample = b.let(U.div(group, blocks))
  return { args, steps, sample, batch, size, ...lane(b, b.let(U.mul(U.rem(group, blocks), threads)), size) }
}

/** The neuron of a thread of those that begin at `base`. */
export function lane(b: Builder, base: Whole, size: Whole): Pick<Place, 'n' | 'live' | 'word'> {
  const own = b.let(U.add(base, thread))
  return {
    n: b.let(U.min(own, U.sub(size, 1))),
    live: b.let(U.lt(own, size)),
    word: b.let(U.shiftRight(own, 5)),
  }
}
