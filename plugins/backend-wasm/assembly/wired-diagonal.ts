import { multiplyAdd } from './common'
import { neuronAt, runFrom, strideAt } from './wired'

// Pairs of sites whose channels go each its own way.

/** out[shift + t] += input[first + t] * weights, for `count` steps and `width` channels. */
export function addDiagonal(input: usize, site: i32, steps: i32, inputs: i32, first: i32, weights: usize, out: usize, target: i32, later: i32, outputs: i32, shift: i32, width: i32, count: i32): void {
  for (let c = 0; c < width;) {
    const n = site + c, k = target + c, run = runFrom(k, runFrom(n, width - c))
    const xStride = strideAt(n, inputs), yStride = strideAt(k, outputs)
    const x = neuronAt(input, n, steps) + <usize>first * xStride, y = neuronAt(out, k, later) + <usize>shift * yStride
    const w = weights + (<usize>c << 2)
    let v = 0
    for (; v + 4 <= run; v += 4) {
      const own = v128.load(w + (<usize>v << 2))
      let from = x + (<usize>v << 2), to = y + (<usize>v << 2)
      for (let t = 0; t < count; t++, from += xStride, to += yStride) v128.store(to, multiplyAdd(v128.load(from), own, v128.load(to)))
    }
    for (; v < run; v++) {
      const own = load<f32>(w + (<usize>v << 2))
      let from = x + (<usize>v << 2), to = y + (<usize>v << 2)
      for (let t = 0; t < count; t++, from += xStride, to += yStride) store<f32>(to, load<f32>(to) + load<f32>(from) * own)
    }
    c += run
  }
}

/** gradient += the sum over `count` steps of input[t] * delta[lag + t]. */
export function diagonalGradient(input: usize, site: i32, steps: i32, inputs: i32, gradient: usize, delta: usize, target: i32, later: i32, outputs: i32, lag: i32, width: i32, count: i32): void {
  for (let c = 0; c < width;) {
    const n = site + c, k = target + c, run = runFrom(k, runFrom(n, width - c))
    const xStride = strideAt(n, inputs), yStride = strideAt(k, outputs)
    const x = neuronAt(input, n, steps), y = neuronAt(delta, k, later) + <usize>lag * yStride
    const g = gradient + (<usize>c << 2)
    let v = 0
    for (; v + 4 <= run; v += 4) {
      let sum = v128.load(g + (<usize>v << 2)), from = x + (<usize>v << 2), to = y + (<usize>v << 2)
      for (let t = 0; t < count; t++, from += xStride, to += yStride) sum = multiplyAdd(v128.load(from), v128.load(to), sum)
      v128.store(g + (<usize>v << 2), sum)
    }
    for (; v < run; v++) {
      let sum = load<f32>(g + (<usize>v << 2)), from = x + (<usize>v << 2), to = y + (<usize>v << 2)
      for (let t = 0; t < count; t++, from += xStride, to += yStride) sum += load<f32>(from) * load<f32>(to)
      store<f32>(g + (<usize>v << 2), sum)
    }
    c += run
  }
}
