import type { Active } from './lazy-weights.ts'

/** How often each neuron fired in a presentation, with the list of those that did: a rectangular trace. */
export interface SpikeCounts {
  /** How often each neuron fired, [neurons]. */
  readonly counts: Float32Array
  /** The first `length` of these fired. */
  readonly fired: Int32Array
  /** How many neurons fired at least once. */
  readonly length: number
}

/** Counts that plain code can change. */
export interface PlainCounts extends SpikeCounts {
  length: number
}

export const newCounts = (size: number): PlainCounts => ({
  counts: new Float32Array(size),
  fired: new Int32Array(size),
  length: 0,
})

export function clearCounts(of: PlainCounts): void {
  for (let i = 0; i < of.length; i++) of.counts[of.fired[i]!] = 0
  of.length = 0
}

export function countSpike(of: PlainCounts, neuron: number): void {
  if (of.counts[neuron] === 0) of.fired[of.length++] = neuron
  of.counts[neuron]!++
}

export function countSpikes(of: PlainCounts, { index, from, to }: Active): void {
  for (let e = from; e < to; e++) countSpike(of, index[e]!)
}

/** Euclidean length of the counts. */
export function lengthOf({ counts, fired, length }: SpikeCounts): number {
  let sum = 0
  for (let i = 0; i < length; i++) sum += counts[fired[i]!]! ** 2
  return Math.sqrt(sum)
}
