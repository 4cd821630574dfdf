import type { Events, Tensor } from '../backend.ts'

/** A tensor of the reference backend: the values in row-major order; spikes as bytes, with their event lists made when first used. */
export interface ArrayTensor extends Tensor {
  data: Float32Array | Float64Array | Uint8Array
  events: Events | undefined
}

/** The event lists of a tensor of spikes, its last dimension being the row. */
export function eventsOf(tensor: ArrayTensor): Events {
  tensor.events ??= findEvents(tensor.data as Uint8Array, tensor.shape.at(-1) ?? 1)
  return tensor.events
}

function findEvents(spikes: Uint8Array, width: number): Events {
  const rows = width === 0 ? 0 : spikes.length / width
  const start = new Int32Array(rows + 1)
  const found: { index: Int32Array; count: number } = {
    index: new Int32Array(Math.max(16, spikes.length >>> 4)),
    count: 0,
  }
  // Four spikes at a glance where rows are whole words: most are silent.
  const words = width % 4 === 0 ? new Uint32Array(spikes.buffer, spikes.byteOffset, spikes.length >>> 2) : undefined
  for (let row = 0; row < rows; row++) {
    const from = row * width
    if (found.count + width > found.index.length) grow(found, found.count + width)
    const { index } = found
    let at = found.count
    if (words === undefined) {
      for (let k = 0; k < width; k++) {
        index[at] = k
        at += spikes[from + k]!
      }
    } else {
      for (let k = 0; k < width; k += 4) {
        if (words[(from + k) >>> 2] === 0) continue
        for (let j = k; j < k + 4; j++) {
          index[at] = j
          at += spikes[from + j]!
        }
      }
    }
    found.count = at
    start[row + 1] = at
  }
  return { start, index: found.index }
}

function grow(found: { index: Int32Array }, least: number): void {
  const larger = new Int32Array(Math.max(least, 2 * found.index.length))
  larger.set(found.index)
  found.index = larger
}

/** The same events by column: row k of the result lists the rows in which input k was active, in order. */
export function transposed({ start, index }: Events, width: number): Events {
  const rows = start.length - 1
  const count = start[rows]!
  const columns = new Int32Array(width + 1)
  for (let e = 0; e < count; e++) columns[index[e]! + 1]!++
  for (let k = 0; k < width; k++) columns[k + 1]! += columns[k]!
  const next = columns.slice(0, width)
  const byColumn = new Int32Array(count)
  for (let row = 0; row < rows; row++) {
    for (let e = start[row]!; e < start[row + 1]!; e++) byColumn[next[index[e]!]!++] = row
  }
  return { start: columns, index: byColumn }
}
