import type { Images } from '@hillock/core'

/**
 * Recordings, and what a network should give out at each of their T steps. `images` is [count, T, inputs], which the encoder `rows()` shows one
 * step at a time; `features` is T * inputs.
 */
export interface Sequences extends Images {
  /** [count, T, outputs], row-major. */
  readonly targets: Float32Array
  /** [count, T]: 1 at the steps where the output counts, else 0. Absent: all count. */
  readonly mask?: Uint8Array
}

/** A generated task: sequences to learn from and to be tested on, all of T = `steps`. */
export interface Task<E extends Sequences = Sequences> {
  /** Name of the task. */
  readonly name: string
  /** Of one sequence: [T, inputs]. */
  readonly shape: readonly number[]
  /** Time steps of an example. */
  readonly steps: number
  /** Inputs at a step. */
  readonly inputs: number
  /** Outputs at a step. */
  readonly outputs: number
  /** Examples to train on. */
  readonly train: E
  /** Examples to choose settings by. */
  readonly validation?: E
  /** Examples to test on. */
  readonly test: E
}

/** Lets neurons `from` to `to` of a recording [T, inputs] fire at random from step `begin` to `end`, with `chance` in each step. */
export function fire(
  spikes: Float32Array,
  inputs: number,
  { from, to, begin, end, chance }: Readonly<Record<'from' | 'to' | 'begin' | 'end' | 'chance', number>>,
  random: { uniform(): number },
): void {
  for (let t = begin; t < end; t++)
    for (let n = from; n < to; n++) if (random.uniform() < chance) spikes[t * inputs + n] = 1
}
