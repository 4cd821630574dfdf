import type { Tensor } from '@hillock/core/learner'
import { sizeOf } from '@hillock/core/options'
import type { Heap } from './device.ts'

/**
 * A tensor on a device. Numbers lie row-major, [T][B][N], so that neighbouring threads have neighbouring neurons; spikes are words of 32
 * neurons, [T][B][ceil(N / 32)], whose bits beyond N are 0.
 */
export interface Block extends Tensor {
  /** The first word in its heap. */
  readonly at: number
  /** How many words it takes. */
  readonly words: number
  /** Rows of `size` neurons: the leading dimensions together. */
  readonly rows: number
  readonly size: number
}

/** Which heap a tensor lies in. */
export const heapOf = (kind: Tensor['kind']): Heap => (kind === 'spikes' ? 'words' : 'reals')

/** What a tensor takes. */
export function extent(shape: readonly number[], kind: Tensor['kind']): Pick<Block, 'words' | 'rows' | 'size'> {
  const size = shape.at(-1) ?? 1
  const rows = sizeOf(shape.slice(0, -1))
  return { rows, size, words: rows * (kind === 'spikes' ? Math.ceil(size / 32) : size) }
}
