import { multiplyAdd, padded } from './common'
import { neuronAt, PAIR, pairsAt, putSite, runFrom, strideAt, takeSite, whole } from './wired'

// Numbers of which most are 0, such as errors that went through a max pool: only the others are met.

/** Above this share of numbers that are not 0 blocks of products are faster. */
export const MOST_NUMBERS: f64 = 0.5

/** Which share of a sample is not 0. */
export function shareOfNumbers(input: usize, steps: i32, neurons: i32): f64 {
  let count = 0
  for (let at = input, end = input + (<usize>(steps * padded(neurons)) << 2); at < end; at += 16) {
    count += popcnt(i32x4.bitmask(f32x4.ne(v128.load(at), f32x4.splat(0))))
  }
  return <f64>count / (<f64>steps * <f64>neurons)
}

/** Lists for each site and step of a sample the channels that are not 0, as pairs of channel and value; `ends` says where each list ends. */
function listSites(input: usize, steps: i32, neurons: i32, width: i32, ends: usize, list: usize): void {
  for (let first = 0; first < neurons; first += width) {
    for (let t = 0; t < steps; t++, ends += 4) {
      for (let n = first, last = first + width; n < last;) {
        const run = runFrom(n, last - n), from = neuronAt(input, n, steps) + <usize>t * strideAt(n, neurons)
        for (let c = 0; c < run; c++) {
          const x = load<f32>(from + (<usize>c << 2))
          store<i32>(list, n - first + c)
          store<f32>(list, x, 4)
          if (x != 0) list += 8
        }
        n += run
      }
      store<u32>(ends, <u32>list)
    }
  }
}

/** `n` vectors (a constant): to += the sum of value times row of weights over a list. */
@inline
function addList(list: usize, end: usize, weights: usize, row: usize, to: usize, n: i32): void {
  const zero = f32x4.splat(0)
  let a0 = v128.load(to, 0)
  let a1 = n > 1 ? v128.load(to, 16) : zero, a2 = n > 2 ? v128.load(to, 32) : zero, a3 = n > 3 ? v128.load(to, 48) : zero, a4 = n > 4 ? v128.load(to, 64) : zero, a5 = n > 5 ? v128.load(to, 80) : zero, a6 = n > 6 ? v128.load(to, 96) : zero, a7 = n > 7 ? v128.load(to, 112) : zero
  for (; list < end; list += 8) {
    const x = v128.load32_splat(list, 4), own = weights + <usize>load<u32>(list) * row
    a0 = multiplyAdd(x, v128.load(own, 0), a0)
    if (n > 1) a1 = multiplyAdd(x, v128.load(own, 16), a1)
    if (n > 2) a2 = multiplyAdd(x, v128.load(own, 32), a2)
    if (n > 3) a3 = multiplyAdd(x, v128.load(own, 48), a3)
    if (n > 4) a4 = multiplyAdd(x, v128.load(own, 64), a4)
    if (n > 5) a5 = multiplyAdd(x, v128.load(own, 80), a5)
    if (n > 6) a6 = multiplyAdd(x, v128.load(own, 96), a6)
    if (n > 7) a7 = multiplyAdd(x, v128.load(own, 112), a7)
  }
  v128.store(to, a0, 0)
  if (n > 1) v128.store(to, a1, 16)
  if (n > 2) v128.store(to, a2, 32)
  if (n > 3) v128.store(to, a3, 48)
  if (n > 4) v128.store(to, a4, 64)
  if (n > 5) v128.store(to, a5, 80)
  if (n > 6) v128.store(to, a6, 96)
  if (n > 7) v128.store(to, a7, 112)
}

/** The same of all steps of a pair, whose lists end at `step`. */
@inline
function addLists(step: usize, count: i32, weights: usize, row: usize, to: usize, n: i32): void {
  let list = <usize>load<u32>(step - 4)
  for (let t = 0; t < count; t++, step += 4, to += row) {
    const end = <usize>load<u32>(step)
    if (list < end) addList(list, end, weights, row, to, n)
    list = end
  }
}

function addPair(vectors: i32, step: usize, count: i32, weights: usize, row: usize, to: usize): void {
  for (let v = 0; v < vectors; ) {
    const n = whole(min(8, vectors - v)), x = <usize>v << 4
    switch (n) {
      case 1: addLists(step, count, weights + x, row, to + x, 1); break
      case 2: addLists(step, count, weights + x, row, to + x, 2); break
      case 3: addLists(step, count, weights + x, row, to + x, 3); break
      case 4: addLists(step, count, weights + x, row, to + x, 4); break
      case 8: addLists(step, count, weights + x, row, to + x, 8)
    }
    v += n
  }
}

/** out += numbers by a wiring. `scratch` holds rows of a site, an end for each site and step of the numbers, and their lists. */
export function addSparse(input: usize, weights: usize, out: usize, steps: i32, later: i32, inputs: i32, outputs: i32, width: i32, into: i32, row: usize, start: usize, pairs: usize, sites: i32, back: i32, scratch: usize): void {
  const ends = scratch + <usize>later * row + 4, list = ends + (<usize>(inputs / width * steps) << 2)
  store<u32>(ends - 4, <u32>list)
  listSites(input, steps, inputs, width, ends, list)
  for (let q = 0; q < sites; q++) {
    const from = pairsAt(start, pairs, q), end = pairsAt(start, pairs, q + 1)
    if (from == end) continue
    takeSite(out, q * into, into, later, outputs, scratch, row)
    for (let at = from; at < end; at += PAIR) {
      const lag = load<i32>(at, 8), first = back ? lag : 0, shift = back ? 0 : lag, count = min(steps - first, later - shift)
      if (count <= 0) continue
      const own = weights + <usize>(load<i32>(at, 4) * width) * row, step = ends + (<usize>(load<i32>(at) * steps + first) << 2)
      addPair(<i32>(row >> 4), step, count, own, row, scratch + <usize>shift * row)
    }
    putSite(out, q * into, into, later, outputs, scratch, row)
  }
}
