import { multiplyAdd, padded, panels } from './common'
import { neuronAt, PAIR, pairsAt, runFrom, strideAt } from './wired'

// Adjoints by a wiring of which few are needed: each is an inner product, of the errors of the sites that it reaches and rows of weights.

/** Above this share of needed elements blocks of products are faster; as many fewer where numbers are 0. */
export const MOST_NEEDED: f64 = 0.4

export function shareNeeded(needed: usize, steps: i32, neurons: i32): f64 {
  let count = 0
  for (let i = 0; i < panels(neurons) * steps; i++) count += popcnt(load<i32>(needed + (<usize>i << 2)))
  return <f64>count / (<f64>steps * <f64>neurons)
}

@inline
function across(v: v128): f32 {
  return f32x4.extract_lane(v, 0) + f32x4.extract_lane(v, 1) + (f32x4.extract_lane(v, 2) + f32x4.extract_lane(v, 3))
}

@inline
function put(at: usize, sum: v128, n: i32, bias: usize, length: i32): void {
  store<f32>(at, bias ? across(sum) + load<f32>(bias + (<usize>(n % length) << 2)) : across(sum))
}

/**
 * out[t, site, i] = the sum over the pairs of the site of errors[t + lag, other] . weights[slot, i] where needed, else 0. `width` of the errors' sites is a
 * multiple of 4; weights are rows [slot][i][width]; scratch holds the places of a site.
 */
export function someOf(needed: usize, errors: usize, weights: usize, out: usize, steps: i32, later: i32, inputs: i32, outputs: i32, width: i32, into: i32, start: usize, pairs: usize, sites: i32, bias: usize, length: i32, list: usize): void {
  memory.fill(out, 0, <usize>(later * padded(outputs)) << 2)
  const row = <usize>width << 2
  for (let q = 0; q < sites; q++) {
    const from = pairsAt(start, pairs, q), end = pairsAt(start, pairs, q + 1)
    for (let t = 0; t < later; t++) {
      let count = 0
      for (let n = q * into, last = n + into; n < last;) {
        const run = runFrom(n, last - n)
        let word = load<u32>(needed + (<usize>((n >> 5) * later + t) << 2)) >> (n & 31)
        if (run < 32) word &= (<u32>1 << run) - 1
        for (; word; word &= word - 1, count++) store<i32>(list + (<usize>count << 2), n - q * into + <i32>ctz(word))
        n += run
      }
      if (count == 0) continue
      // Filled up to a multiple of four with what is computed again.
      for (let i = count; i < ((count + 3) & ~3); i++) store<i32>(list + (<usize>i << 2), load<i32>(list))
      for (let i = 0; i < count; i += 4) {
        const at = list + (<usize>i << 2)
        const i0 = load<i32>(at), i1 = load<i32>(at, 4), i2 = load<i32>(at, 8), i3 = load<i32>(at, 12)
        let s0 = f32x4.splat(0), s1 = s0, s2 = s0, s3 = s0
        for (let pair = from; pair < end; pair += PAIR) {
          const then = t + load<i32>(pair, 8)
          if (then >= steps) continue
          const own = weights + <usize>(load<i32>(pair, 4) * into) * row
          let r0 = own + <usize>i0 * row, r1 = own + <usize>i1 * row, r2 = own + <usize>i2 * row, r3 = own + <usize>i3 * row
          for (let n = load<i32>(pair) * width, last = n + width; n < last;) {
            const run = runFrom(n, last - n)
            let x = neuronAt(errors, n, steps) + <usize>then * strideAt(n, inputs)
            for (const stop = x + (<usize>run << 2); x < stop; x += 16, r0 += 16, r1 += 16, r2 += 16, r3 += 16) {
              const error = v128.load(x)
              s0 = multiplyAdd(error, v128.load(r0), s0)
              s1 = multiplyAdd(error, v128.load(r1), s1)
              s2 = multiplyAdd(error, v128.load(r2), s2)
              s3 = multiplyAdd(error, v128.load(r3), s3)
            }
            n += run
          }
        }
        const first = q * into
        put(neuronAt(out, first + i3, later) + <usize>t * strideAt(first + i3, outputs), s3, first + i3, bias, length)
        put(neuronAt(out, first + i2, later) + <usize>t * strideAt(first + i2, outputs), s2, first + i2, bias, length)
        put(neuronAt(out, first + i1, later) + <usize>t * strideAt(first + i1, outputs), s1, first + i1, bias, length)
        put(neuronAt(out, first + i0, later) + <usize>t * strideAt(first + i0, outputs), s0, first + i0, bias, length)
      }
    }
  }
}
