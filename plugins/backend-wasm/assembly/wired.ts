import { padded, widthOf } from './common'

// Products by a wiring: neurons stand in sites, site by site, and pairs of sites meet by one of several matrices. Sites may begin anywhere in a
// panel and go on in the next one. Matrices lie as rows [slot * from.width + channel][to.width, padded to vectors with zeros].

/** Where a neuron's step 0 stands in a sample. */
@inline
export function neuronAt(sample: usize, n: i32, steps: i32): usize {
  return sample + (<usize>((n >> 5) * steps) << 7) + (<usize>(n & 31) << 2)
}

/** Bytes from step to step of a neuron's panel. */
@inline
export function strideAt(n: i32, neurons: i32): usize {
  return <usize>widthOf(n >> 5, neurons) << 2
}

/** How many of `left` neurons from `n` on stand in its panel. */
@inline
export function runFrom(n: i32, left: i32): i32 {
  const room = 32 - (n & 31)
  return room < left ? room : left
}

/** How many of up to 8 vectors are taken at once: kernels have code for 8, and for up to 4. */
@inline
export function whole(vectors: i32): i32 {
  return vectors < 8 && vectors > 4 ? 4 : vectors
}

/** A pair of a table: site, matrix, and how many steps later it arrives. */
export const PAIR: usize = 12

/** Where the pairs of a site begin; those of the next one end them. */
@inline
export function pairsAt(start: usize, pairs: usize, site: i32): usize {
  return pairs + <usize>load<u32>(start + (<usize>site << 2)) * PAIR
}

/** Sets all rows of a sample to a bias of `length` values, over and over, or to 0 where there is none. */
export function fill(out: usize, bias: usize, length: i32, steps: i32, neurons: i32): void {
  if (!bias) {
    memory.fill(out, 0, <usize>(steps * padded(neurons)) << 2)
    return
  }
  for (let n = 0; n < neurons; n += 4) {
    let v = f32x4.splat(0)
    v = f32x4.replace_lane(v, 0, load<f32>(bias + (<usize>(n % length) << 2)))
    if (n + 1 < neurons) v = f32x4.replace_lane(v, 1, load<f32>(bias + (<usize>((n + 1) % length) << 2)))
    if (n + 2 < neurons) v = f32x4.replace_lane(v, 2, load<f32>(bias + (<usize>((n + 2) % length) << 2)))
    if (n + 3 < neurons) v = f32x4.replace_lane(v, 3, load<f32>(bias + (<usize>((n + 3) % length) << 2)))
    const stride = strideAt(n, neurons)
    let at = neuronAt(out, n, steps)
    for (let t = 0; t < steps; t++, at += stride) v128.store(at, v)
  }
}

/** Copies a site between a sample and rows of `row` bytes. */
@inline
function copySite(sample: usize, first: i32, width: i32, steps: i32, neurons: i32, rows: usize, row: usize, back: bool): void {
  for (let n = first, end = first + width; n < end;) {
    const count = runFrom(n, end - n), stride = strideAt(n, neurons)
    let own = neuronAt(sample, n, steps), other = rows + (<usize>(n - first) << 2)
    for (let t = 0; t < steps; t++, own += stride, other += row) {
      const from = back ? other : own, to = back ? own : other
      let c = 0
      for (; c + 4 <= count; c += 4) v128.store(to + (<usize>c << 2), v128.load(from + (<usize>c << 2)))
      for (; c < count; c++) store<f32>(to + (<usize>c << 2), load<f32>(from + (<usize>c << 2)))
    }
    n += count
  }
}

/** Rows [t][row bytes] of a site of a sample. */
export function takeSite(sample: usize, first: i32, width: i32, steps: i32, neurons: i32, rows: usize, row: usize): void {
  copySite(sample, first, width, steps, neurons, rows, row, false)
}

/** The way back. */
export function putSite(sample: usize, first: i32, width: i32, steps: i32, neurons: i32, rows: usize, row: usize): void {
  copySite(sample, first, width, steps, neurons, rows, row, true)
}

/** Samples of a gradient's part: all parts are as large, whatever the number of threads. */
@inline
export function partStart(part: i32, parts: i32, batch: i32): i32 {
  return <i32>((<i64>part * batch) / parts)
}
