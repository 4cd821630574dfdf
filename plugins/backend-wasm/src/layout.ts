import type { Tensor } from '@hillock/core/learner'
import { sizeOf } from '@hillock/core/options'

/**
 * A tensor in linear memory. Whatever its shape, it lies as [batch][panel][time][width], panels being 32 neurons wide, the last one as
 * wide as its neurons need in vectors of 4; spikes as [batch][panel][time] words of 32 bits. A matrix [R, N] has R times and one batch.
 */
export interface Block extends Tensor {
  readonly address: number
  readonly bytes: number
  readonly steps: number
  readonly batch: number
  readonly size: number
  /** Events that were drawn as lists, for the samples that are flagged; their bits are then not written. */
  drawn?: DrawnLists | undefined
}

/** One piece of memory: lists [batch][capacity] of indices, ends of steps [batch][time], flags [batch]. */
export interface DrawnLists {
  readonly lists: number
  readonly capacity: number
  readonly ends: number
  readonly flags: number
  readonly bytes: number
}

// Not by bits: what is too large for memory is too large for 32 of them.
export const panelsOf = (size: number): number => Math.ceil(size / 32)
export const paddedSize = (size: number): number => 4 * Math.ceil(size / 4)

/** Neurons of the last panel; 32 where all are full. */
export const lastNeurons = (size: number): number => size - 32 * (panelsOf(size) - 1)
/** Width of the last panel: its neurons, and the lanes that fill its last vector. */
export const lastWidth = (size: number): number => paddedSize(lastNeurons(size))

/** Time, batch and neurons of a shape. */
export function dimensions(shape: readonly number[]): { steps: number; batch: number; size: number } {
  const [first = 1, second = 1] = shape
  if (shape.length <= 1) return { steps: 1, batch: 1, size: first }
  if (shape.length === 2) return { steps: first, batch: 1, size: second }
  const size = shape.at(-1)!
  return { steps: first, batch: sizeOf(shape.slice(1, -1)), size }
}

export function bytesOf(shape: readonly number[], kind: Tensor['kind']): number {
  const { steps, batch, size } = dimensions(shape)
  return 4 * steps * batch * (kind === 'spikes' ? panelsOf(size) : paddedSize(size))
}
