import { arg, padded, panels } from './common'
import { tile } from './gemm'
import { fill, neuronAt, PAIR, pairsAt, partStart, putSite, runFrom, strideAt, takeSite } from './wired'
import { addDiagonal, diagonalGradient } from './wired-diagonal'
import { MOST_NEEDED, shareNeeded, someOf } from './wired-needed'
import { addSparse, MOST_NUMBERS, shareOfNumbers } from './wired-sparse'
import { addWinograd, MOST_BY_GRID, WINOGRAD } from './winograd'

// Products of real numbers by a wiring: a block of products for each pair of sites, of all steps.

/**
 * out = numbers by a wiring; with `back` lags look ahead, as those of an adjoint do. A unit is a sample.
 * Arguments: numbers, weights as rows, out, T of the numbers, T of out, their neurons, neurons of out, width from, width to, bytes of a row,
 * table by output: start, pairs, sites; bias, its length, accumulate, diagonal, back, scratch, scratch bytes a thread; bits of what is needed, or
 * 0, and the weights before they were transposed; whether there is scratch for lists; grid and its matrices, or 0.
 */
export function wiredReals(args: usize, from: i32, to: i32, thread: i32): void {
  const weights = <usize>arg(args, 1), steps = arg(args, 3), later = arg(args, 4), inputs = arg(args, 5), outputs = arg(args, 6)
  const width = arg(args, 7), into = arg(args, 8), row = <usize>arg(args, 9)
  const start = <usize>arg(args, 10), pairs = <usize>arg(args, 11), sites = arg(args, 12)
  const bias = <usize>arg(args, 13), length = arg(args, 14), accumulate = arg(args, 15), diagonal = arg(args, 16), back = arg(args, 17)
  const rows = <usize>arg(args, 18) + <usize>thread * <usize>arg(args, 19)
  const needed = <usize>arg(args, 20), grid = <usize>arg(args, 23)
  for (let b = from; b < to; b++) {
    const input = <usize>arg(args, 0) + (<usize>(b * steps * padded(inputs)) << 2), out = <usize>arg(args, 2) + (<usize>(b * later * padded(outputs)) << 2)
    const wanted = needed ? needed + (<usize>(b * panels(outputs) * later) << 2) : 0
    const found = arg(args, 22) ? shareOfNumbers(input, steps, inputs) : 1, most = grid ? MOST_BY_GRID : MOST_NUMBERS
    const few = found < most, numbers = few ? found : grid ? WINOGRAD : 1
    const share = needed ? shareNeeded(wanted, later, outputs) : 1
    if (share < MOST_NEEDED * numbers) {
      someOf(wanted, input, <usize>arg(args, 21), out, steps, later, inputs, outputs, width, into, start, pairs, sites, bias, length, rows)
      continue
    }
    memory.fill(rows, 0, <usize>later * row)
    if (!accumulate) fill(out, bias, length, later, outputs)
    if (few) {
      addSparse(input, weights, out, steps, later, inputs, outputs, width, into, row, start, pairs, sites, back, rows)
      continue
    }
    if (grid) {
      addWinograd(input, <usize>arg(args, 24), out, steps, inputs, outputs, width, into, row, grid, rows)
      continue
    }
    for (let q = 0; q < sites; q++) {
      const end = pairsAt(start, pairs, q + 1)
      let at = pairsAt(start, pairs, q)
      if (at == end) continue
      if (!diagonal) takeSite(out, q * into, into, later, outputs, rows, row)
      for (; at < end; at += PAIR) {
        const lag = load<i32>(at, 8), first = back ? lag : 0, shift = back ? 0 : lag
        const count = min(steps - first, later - shift)
        if (count <= 0) continue
        if (diagonal) {
          addDiagonal(input, load<i32>(at) * width, steps, inputs, first, weights + <usize>load<u32>(at, 4) * row, out, q * width, later, outputs, shift, width, count)
          continue
        }
        const target = rows + <usize>shift * row
        let own = weights + <usize>(load<i32>(at, 4) * width) * row
        for (let n = load<i32>(at) * width, left = width; left > 0;) {
          const depth = runFrom(n, left), stride = strideAt(n, inputs)
          tile(neuronAt(input, n, steps) + <usize>first * stride, stride, 4, depth, own, row, target, row, target, row, count, <i32>(row >> 2))
          own += <usize>depth * row
          n += depth
          left -= depth
        }
      }
      if (!diagonal) putSite(out, q * into, into, later, outputs, rows, row)
    }
  }
}

/**
 * Parts of the gradient of weights: numbers^T delta by a wiring, each of some samples. A unit is a part.
 * Arguments: numbers, parts as rows, delta, T of the numbers, T of delta, their neurons, neurons of delta, width from, width to, bytes of a row,
 * rows, table by output: start, pairs, sites; diagonal, batch, how many parts, scratch, scratch bytes a thread.
 */
export function wiredRealsGradient(args: usize, from: i32, to: i32, thread: i32): void {
  const steps = arg(args, 3), later = arg(args, 4), inputs = arg(args, 5), outputs = arg(args, 6)
  const width = arg(args, 7), into = arg(args, 8), row = <usize>arg(args, 9), bytes = <usize>arg(args, 10) * row
  const start = <usize>arg(args, 11), pairs = <usize>arg(args, 12), sites = arg(args, 13), diagonal = arg(args, 14)
  const batch = arg(args, 15), parts = arg(args, 16), rows = <usize>arg(args, 17) + <usize>thread * <usize>arg(args, 18)
  memory.fill(rows, 0, <usize>later * row)
  for (let part = from; part < to; part++) {
    const gradient = <usize>arg(args, 1) + <usize>part * bytes
    memory.fill(gradient, 0, bytes)
    for (let b = partStart(part, parts, batch); b < partStart(part + 1, parts, batch); b++) {
      const input = <usize>arg(args, 0) + (<usize>(b * steps * padded(inputs)) << 2), delta = <usize>arg(args, 2) + (<usize>(b * later * padded(outputs)) << 2)
      for (let q = 0; q < sites; q++) {
        const end = pairsAt(start, pairs, q + 1)
        let at = pairsAt(start, pairs, q)
        if (at == end) continue
        if (!diagonal) takeSite(delta, q * into, into, later, outputs, rows, row)
        for (; at < end; at += PAIR) {
          const lag = load<i32>(at, 8), count = min(steps, later - lag)
          if (count <= 0) continue
          if (diagonal) {
            diagonalGradient(input, load<i32>(at) * width, steps, inputs, gradient + <usize>load<u32>(at, 4) * row, delta, q * width, later, outputs, lag, width, count)
            continue
          }
          let own = gradient + <usize>(load<i32>(at, 4) * width) * row
          for (let n = load<i32>(at) * width, left = width; left > 0;) {
            const depth = runFrom(n, left)
            tile(neuronAt(input, n, steps), 4, strideAt(n, inputs), count, rows + <usize>lag * row, row, own, row, own, row, depth, <i32>(row >> 2))
            own += <usize>depth * row
            n += depth
            left -= depth
          }
        }
      }
    }
  }
}
