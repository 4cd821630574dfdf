import { HillockError, type Layer, type ParamValue } from '@hillock/core'
import { type Kernels, plain } from './kernels.ts'
import type { Active, LazyWeights } from './lazy-weights.ts'

/** What the `kWinners` equations read. */
export interface Competition {
  readonly beta: number
  /** One for each neuron. */
  readonly threshold: Float32Array
  readonly drop: number
  readonly inhibition: number
  readonly k: number
}

/** The neurons of a layer during one presentation. */
export interface Population {
  /** Those that won the last step. */
  readonly winners: Active
  /** Starts a presentation in which neurons `first` to `last - 1` take part. */
  begin(first: number, last: number): void
  /** One time step. */
  step(weights: LazyWeights, input: Active): void
  /** One time step in which a teacher silences all but one neuron, which fires if anything comes in. */
  force(neuron: number, input: Active): void
}

/**
 * The competition of a layer of `kWinners`, from its parameters and what training overrides. Errors: HILLOCK_OPTION for a layer of
 * other neurons, or parameters per neuron other than the threshold.
 */
export function competitionOf(
  { name, size, neuron }: Layer,
  params: Readonly<Record<string, ParamValue>>,
  given: { readonly k?: number | undefined; readonly threshold?: number | undefined },
): Competition {
  if (neuron.name !== 'kWinners') {
    const hint = 'hebbian plays the competition of kWinners step by step: write dense(n), kWinners({ k }), and so on'
    throw new HillockError('HILLOCK_OPTION', `hebbian cannot train ${name}, a layer of ${neuron.name}`, { hint })
  }
  const { threshold } = params
  const number = (param: string): number => {
    const value = params[param]
    if (typeof value === 'number') return value
    throw new HillockError('HILLOCK_OPTION', `hebbian: '${param}' of ${name} differs between neurons`, {
      hint: 'only the threshold may',
    })
  }
  const thresholds = new Float32Array(size)
  if (given.threshold !== undefined) thresholds.fill(given.threshold)
  else if (typeof threshold === 'number') thresholds.fill(threshold)
  else thresholds.set(threshold!)
  return {
    beta: number('beta'),
    threshold: thresholds,
    drop: number('drop'),
    inhibition: number('inhibition'),
    k: given.k ?? number('k'),
  }
}

/**
 * Plays the equations of `kWinners` on the host, one sample and one step at a time: in per-step plasticity the weights are others at
 * the next step, and a backend's call for each step of each sample would cost more than the step.
 */
export function population(
  { beta, threshold, drop, inhibition, k }: Competition,
  bias: ArrayLike<number>,
  kernels: Kernels = plain,
): Population {
  const size = threshold.length
  const v = new Float32Array(size)
  const current = new Float32Array(size)
  const kept = 1 - inhibition
  const candidates = new Int32Array(size + 1)
  const excesses = new Float32Array(size + 1)
  const winners = { index: candidates, from: 0, to: 0 }
  let [begin, end] = [0, size]

  /** Of the candidates the k most excited, ties to the lowest index. */
  function keepLargest(count: number): number {
    if (count <= k) return count
    if (!(k >= 1)) return 0
    const most = Math.floor(k)
    const least = kernels.kthLargest(excesses, count, most)
    let ties = most
    for (let i = 0; i < count; i++) ties -= excesses[i]! > least ? 1 : 0
    let kept = 0
    for (let i = 0; i < count; i++) {
      const excess = excesses[i]!
      if (excess < least || (excess === least && ties-- <= 0)) continue
      candidates[kept++] = candidates[i]!
    }
    return kept
  }

  return {
    winners,
    begin(first, last) {
      begin = first
      end = last
      v.fill(0, begin, end)
      winners.to = 0
    },
    step(weights, input) {
      weights.gather(input, current, begin, end)
      let count = 0
      for (let j = begin; j < end; j++) {
        const pre = Math.fround(beta * v[j]! + current[j]! + bias[j]!)
        v[j] = pre
        const excess = pre - threshold[j]!
        excesses[count] = excess
        candidates[count] = j
        count += excess > 0 ? 1 : 0
      }
      winners.to = keepLargest(count)
      const { index, to } = winners
      for (let i = 0; i < to; i++) v[index[i]!] = v[index[i]!]! - drop
      if (to > 0 && kept < 1) for (let j = begin; j < end; j++) v[j] = kept * v[j]!
    },
    force(neuron, input) {
      winners.index[0] = neuron
      winners.to = input.to > input.from ? 1 : 0
    },
  }
}
