import type { MatmulOptions } from '../backend.ts'
import { sizeOf } from '../shape.ts'
import { reversed, type Wiring } from '../wiring.ts'
import type { ArrayTensor } from './tensor.ts'

type Real = Float32Array | Float64Array

/** Adds a product by a wiring to `out`: work goes with the values of `a`, or of the gradient's input, that are not 0. */
export function addWired(
  a: ArrayTensor,
  b: ArrayTensor,
  out: ArrayTensor,
  wiring: Wiring,
  { transposeA, transposeB }: MatmulOptions,
): void {
  // The adjoint is the product by the pairs turned about and every matrix transposed.
  const way = transposeB ? reversed(wiring) : wiring
  const { from, to, diagonal } = way
  const { start, site, slot, lag } = reversed(way)
  const weights = transposeB && !diagonal ? transposedSlots(b.data as Real, wiring) : (b.data as Real)
  const [input, output, target, source] = transposeA
    ? [a, b, out.data as Real, b.data as Real]
    : [a, out, out.data as Real, weights]
  const [steps, later] = [output.shape[0]!, transposeB ? -1 : 1]
  const batch = lag ? input.shape[1]! : 1
  const [inputs, outputs] = [from.count * from.width, to.count * to.width]
  const rows = sizeOf(input.shape) / inputs
  const width = diagonal ? 1 : to.width
  for (let row = 0, at = 0; row < rows; row++) {
    for (let p = 0; p < from.count; p++) {
      const [first, end] = [start[p]!, start[p + 1]!]
      for (let c = 0; c < from.width; c++, at++) {
        const x = input.data[at]!
        if (x === 0) continue
        for (let pair = first; pair < end; pair++) {
          const arrival = lag === undefined ? row : row + later * batch * lag[pair]!
          if (lag && (arrival < 0 || arrival >= steps * batch)) continue
          const y = arrival * outputs + site[pair]! * to.width + (diagonal ? c : 0)
          const w = (slot[pair]! * from.width + c) * width
          const [put, take] = transposeA ? [w, y] : [y, w]
          for (let j = 0; j < width; j++) target[put + j] = target[put + j]! + x * source[take + j]!
        }
      }
    }
  }
}

/** Matrices [from.width, to.width], each transposed. */
function transposedSlots(weights: Real, { from, to, slots }: Wiring): Real {
  const result = weights.slice()
  for (let k = 0, at = 0; k < slots; k++) {
    for (let i = 0; i < from.width; i++) {
      for (let j = 0; j < to.width; j++, at++) result[(k * to.width + j) * from.width + i] = weights[at]!
    }
  }
  return result
}
