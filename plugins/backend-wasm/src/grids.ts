import type { Wiring } from '@hillock/core/connections'

/** Fewer channels than this are not worth the sums before and behind the products. */
const fewest = 16
const side = 3

/**
 * How the sites of a wiring lie, where it is a convolution by 3x3 places with a stride of 1: height and width of the input and of the output,
 * where the first place is seen from a site, and the matrix of each place, row by row. Every pair of the table is looked at. Undefined for another.
 */
export function gridOf(wiring: Wiring): Int32Array | undefined {
  const { from, to, slots, diagonal, lag } = wiring
  if (diagonal || lag || slots !== side * side) return undefined
  if ([from.width, to.width].some((width) => width % 4 !== 0 || width < fewest)) return undefined
  for (let width = 1; width <= to.count; width++) {
    if (to.count % width !== 0) continue
    for (const more of [0, -2, 2, -1, 1]) {
      const own = width + more
      const found = own > 0 && from.count % own === 0 && lyingAt(wiring, own, width)
      if (found) return found
    }
  }
  return undefined
}

/** The same for images so wide; false where the table is not that of such a grid. */
function lyingAt({ from, to, start, site, slot }: Wiring, width: number, outWidth: number): Int32Array | false {
  const [height, outHeight] = [from.count / width, to.count / outWidth]
  // As a pair of a site says how far away it is, all of them say where the window begins.
  const distances = new Int32Array(2 * side * side).fill(height + width + outHeight + outWidth)
  let [top, left] = [Infinity, Infinity]
  for (let q = 0; q < to.count; q++) {
    for (let pair = start[q]!; pair < start[q + 1]!; pair++) {
      const y = Math.floor(site[pair]! / width) - Math.floor(q / outWidth)
      const x = (site[pair]! % width) - (q % outWidth)
      const at = 2 * slot[pair]!
      if (distances[at]! <= height + width && (distances[at] !== y || distances[at + 1] !== x)) return false
      distances.set([y, x], at)
      ;[top, left] = [Math.min(top, y), Math.min(left, x)]
    }
  }
  const places = new Int32Array(side * side).fill(-1)
  for (let k = 0; k < side * side; k++) {
    const [y, x] = [distances[2 * k]! - top, distances[2 * k + 1]! - left]
    if (y >= side || x >= side || places[side * y + x] !== -1) return false
    places[side * y + x] = k
  }
  // What lies in the image is there, once.
  for (let q = 0; q < to.count; q++) {
    const [y, x] = [Math.floor(q / outWidth) + top, (q % outWidth) + left]
    const inside = (from: number, length: number) => Math.min(from + side, length) - Math.max(from, 0)
    const wanted = Math.max(0, inside(y, height)) * Math.max(0, inside(x, width))
    const own = slot.subarray(start[q], start[q + 1])
    if (own.length !== wanted || new Set(own).size !== wanted) return false
  }
  return Int32Array.of(height, width, outHeight, outWidth, top, left, ...places)
}
