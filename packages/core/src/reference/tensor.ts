import type { Tensor } from '../backend.ts'

/** Which inputs of each row are active: row r owns `index[start[r]]` to `index[start[r + 1] - 1]`. */
export interface Events {
  readonly start: Int32Array
  readonly index: Int32Array
}

/** A tensor of the reference backend: the values in row-major order; spikes as bytes, with their event lists made when first used. */
export interface ArrayTensor extends Tensor {
  data: Float32Array | Float64Array | Uint8Array
  events: Events | undefined
}

export const sizeOf = (shape: readonly number[]): number => shape.reduce((product, n) => product * n, 1)

/** The event lists of a tensor of spikes, its last dimension being the row. */
export function eventsOf(tensor: ArrayTensor): Events {
  tensor.events ??= findEvents(tensor.data as Uint8Array, tensor.shape.at(-1) ?? 1)
  return tensor.events
}

function findEvents(spikes: Uint8Array, width: number): Events {
  const rows = width === 0 ? 0 : spikes.length / width
  const start = new Int32Array(rows + 1)
  let count = 0
  for (let i = 0; i < spikes.length; i++) count += spikes[i] as number
  // One place more than there are spikes: the loop writes first and then decides whether the entry counts, without a branch.
  const index = new Int32Array(count + 1)
  let at = 0
  for (let row = 0, i = 0; row < rows; row++) {
    for (let k = 0; k < width; k++, i++) {
      index[at] = k
      at += spikes[i] as number
    }
    start[row + 1] = at
  }
  return { start, index }
}
