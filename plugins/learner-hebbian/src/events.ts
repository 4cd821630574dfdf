/** Which inputs of each row are active: row r owns `index[start[r]]` to `index[start[r + 1] - 1]`. */
export interface Events {
  readonly start: Int32Array
  readonly index: Int32Array
}

/** Finds the ones among zeros, `width` values a row. */
export function eventsOf(spikes: ArrayLike<number>, width: number): Events {
  const rows = spikes.length / width
  const start = new Int32Array(rows + 1)
  let index = new Int32Array(Math.max(width, spikes.length >>> 4))
  let count = 0
  for (let row = 0, at = 0; row < rows; row++) {
    if (count + width > index.length) {
      const larger = new Int32Array(2 * index.length + width)
      larger.set(index)
      index = larger
    }
    for (let i = 0; i < width; i++, at++) {
      if (spikes[at] !== 0) index[count++] = i
    }
    start[row + 1] = count
  }
  return { start, index }
}
