import type { Events } from '@hillock/core/backend'
import type { Block } from './tensor.ts'

// Words of spikes on the host.

/** Zeros and ones, row by row, as words. */
export function packSpikes({ rows, size, words }: Block, values: ArrayLike<number>): Uint32Array<ArrayBuffer> {
  const packed = new Uint32Array(words)
  const width = Math.ceil(size / 32)
  for (let row = 0, i = 0; row < rows; row++) {
    for (let n = 0; n < size; n++, i++) {
      if (values[i] !== 0) packed[row * width + (n >>> 5)]! |= 1 << (n & 31)
    }
  }
  return packed
}

/** Words as zeros and ones, row by row. */
export function unpackSpikes({ rows, size }: Block, packed: Uint32Array): Float32Array<ArrayBuffer> {
  const values = new Float32Array(rows * size)
  visit(rows, size, packed, (row, n) => {
    values[row * size + n] = 1
  })
  return values
}

/** Words as lists of events. */
export function listSpikes({ rows, size }: Block, packed: Uint32Array): Events {
  let count = 0
  const start = new Int32Array(rows + 1)
  visit(rows, size, packed, (row) => {
    count++
    start[row + 1]!++
  })
  for (let row = 0; row < rows; row++) start[row + 1]! += start[row]!
  const index = new Int32Array(count)
  let at = 0
  visit(rows, size, packed, (_, n) => {
    index[at++] = n
  })
  return { start, index }
}

function visit(rows: number, size: number, packed: Uint32Array, event: (row: number, n: number) => void): void {
  const width = Math.ceil(size / 32)
  for (let row = 0; row < rows; row++) {
    for (let w = 0; w < width; w++) {
      for (let word = packed[row * width + w]!; word !== 0; word &= word - 1) {
        event(row, 32 * w + 31 - Math.clz32(word & -word))
      }
    }
  }
}
