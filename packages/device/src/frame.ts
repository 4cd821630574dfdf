import type { BoundOverTime, Position } from './bind.ts'
import type { Builder } from './build.ts'
import type { Args } from './collect.ts'
import { and, group, thread, U, wordsOf } from './expressions.ts'
import type { Truth, Whole } from './ir.ts'

/** Threads of a group that computes one neuron a thread. */
export const threads = 64

/** How many groups it takes to have a thread for each of `count`. */
export const groupsFor = (count: number): number => Math.ceil(count / threads)

/** A thread's place: neuron n of a sample; threads beyond the layer repeat its last neuron, those beyond the batch its last sample, and store nothing. */
export interface Place extends Omit<Position, 't'> {
  readonly steps: Whole
  /** Whether the thread has a neuron of its own. */
  readonly live: Truth
  /** The word of a row that the thread's bit lies in. */
  readonly word: Whole
}

/** Groups that it takes to have a thread for each neuron of each sample. */
export const groupsOfNeurons = (batch: number, size: number): number => groupsFor(32 * batch * Math.ceil(size / 32))

/** Each 32 threads are a word of neurons of a sample, so that a group has several samples of a small layer. */
export function neuronPlace(b: Builder, args: Args, { sizes }: BoundOverTime): Place {
  const { steps, batch, size } = sizes(args)
  const words = b.let(wordsOf(size))
  const own = b.let(U.add(U.mul(group, threads / 32), U.shiftRight(thread, 5)))
  const [sample, word] = [b.let(U.div(own, words)), b.let(U.rem(own, words))]
  const n = b.let(U.add(U.mul(word, 32), U.and(thread, 31)))
  const live = b.let(and(U.lt(sample, batch), U.lt(n, size)))
  const inside = { sample: b.let(U.min(sample, U.sub(batch, 1))), n: b.let(U.min(n, U.sub(size, 1))) }
  return { args, steps, batch, size, ...inside, live, word }
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
