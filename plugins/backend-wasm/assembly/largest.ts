import { arg, padded, panels } from './common'
import { neuronAt, PAIR, pairsAt, runFrom, strideAt } from './wired'

// Max pooling: the largest of the sites that reach a site, channel by channel.

/** Up to 32 spikes of step `t` from neuron `n` on. */
@inline
function spikesFrom(bits: usize, n: i32, t: i32, steps: i32, count: i32): u32 {
  const at = bits + (<usize>((n >> 5) * steps + t) << 2), shift = n & 31
  let word = load<u32>(at) >> shift
  if (shift + count > 32) word |= load<u32>(at + (<usize>steps << 2)) << (32 - shift)
  return count == 32 ? word : word & ((<u32>1 << count) - 1)
}

function largestSpikes(bits: usize, out: usize, steps: i32, width: i32, start: usize, pairs: usize, sites: i32): void {
  for (let q = 0; q < sites; q++) {
    const from = pairsAt(start, pairs, q), end = pairsAt(start, pairs, q + 1)
    for (let c = 0; c < width;) {
      const k = q * width + c, count = runFrom(k, width - c)
      const target = out + (<usize>((k >> 5) * steps) << 2)
      for (let t = 0; t < steps; t++) {
        let any: u32 = 0
        for (let at = from; at < end; at += PAIR) any |= spikesFrom(bits, load<i32>(at) * width + c, t, steps, count)
        if (any) store<u32>(target + (<usize>t << 2), load<u32>(target + (<usize>t << 2)) | (any << (k & 31)))
      }
      c += count
    }
  }
}

function largestReals(input: usize, out: usize, steps: i32, inputs: i32, outputs: i32, width: i32, start: usize, pairs: usize, sites: i32): void {
  for (let q = 0; q < sites; q++) {
    const from = pairsAt(start, pairs, q), end = pairsAt(start, pairs, q + 1)
    for (let at = from; at < end; at += PAIR) {
      for (let c = 0; c < width;) {
        const n = load<i32>(at) * width + c, k = q * width + c, run = runFrom(k, runFrom(n, width - c))
        const xStride = strideAt(n, inputs), yStride = strideAt(k, outputs)
        let x = neuronAt(input, n, steps), y = neuronAt(out, k, steps)
        for (let t = 0; t < steps; t++, x += xStride, y += yStride) {
          let v = 0
          for (; v + 4 <= run; v += 4) {
            const own = v128.load(x + (<usize>v << 2)), to = y + (<usize>v << 2)
            v128.store(to, at == from ? own : f32x4.max(own, v128.load(to)))
          }
          for (; v < run; v++) {
            const own = load<f32>(x + (<usize>v << 2)), to = y + (<usize>v << 2)
            store<f32>(to, at == from ? own : max(own, load<f32>(to)))
          }
        }
        c += run
      }
    }
  }
}

/** out = the largest. A unit is a sample. Arguments: a, out, T, N, N of out, width, table by output: start, pairs, sites; whether spikes. */
export function largest(args: usize, from: i32, to: i32, thread: i32): void {
  const steps = arg(args, 2), inputs = arg(args, 3), outputs = arg(args, 4), width = arg(args, 5)
  const start = <usize>arg(args, 6), pairs = <usize>arg(args, 7), sites = arg(args, 8), spikes = arg(args, 9)
  const row = <usize>(spikes ? panels(inputs) : padded(inputs)) << 2, target = <usize>(spikes ? panels(outputs) : padded(outputs)) << 2
  for (let b = from; b < to; b++) {
    const input = <usize>arg(args, 0) + <usize>(b * steps) * row, out = <usize>arg(args, 1) + <usize>(b * steps) * target
    memory.fill(out, 0, <usize>steps * target)
    if (spikes) largestSpikes(input, out, steps, width, start, pairs, sites)
    else largestReals(input, out, steps, inputs, outputs, width, start, pairs, sites)
  }
}

/** into += signal where a site is the first of those that fire, or of all where none does. */
function spikesAdjoint(bits: usize, out: usize, signal: usize, into: usize, steps: i32, inputs: i32, outputs: i32, width: i32, from: usize, end: usize, q: i32): void {
  for (let c = 0; c < width;) {
    const k = q * width + c, count = runFrom(k, width - c), stride = strideAt(k, outputs)
    for (let t = 0; t < steps; t++) {
      const fired = spikesFrom(out, k, t, steps, count), row = neuronAt(signal, k, steps) + <usize>t * stride
      let left: u32 = count == 32 ? 0xffffffff : (<u32>1 << count) - 1
      for (let at = from; at < end && left; at += PAIR) {
        const n = load<i32>(at) * width + c
        let hit = left & (spikesFrom(bits, n, t, steps, count) | ~fired)
        left &= ~hit
        for (; hit; hit &= hit - 1) {
          const i = <i32>ctz(hit), place = neuronAt(into, n + i, steps) + <usize>t * strideAt(n + i, inputs)
          store<f32>(place, load<f32>(place) + load<f32>(row + (<usize>i << 2)))
        }
      }
    }
    c += count
  }
}

/** into += signal where a site is the first that holds the largest; widths are multiples of 4, so that vectors never go on in another panel. */
function vectorsAdjoint(input: usize, out: usize, signal: usize, into: usize, steps: i32, inputs: i32, outputs: i32, width: i32, from: usize, end: usize, q: i32): void {
  for (let c = 0; c < width; c += 4) {
    const k = q * width + c, stride = strideAt(k, outputs)
    for (let t = 0; t < steps; t++) {
      const at = <usize>t * stride, best = v128.load(neuronAt(out, k, steps) + at), error = v128.load(neuronAt(signal, k, steps) + at)
      let taken = i32x4.splat(0)
      for (let pair = from; pair < end; pair += PAIR) {
        const n = load<i32>(pair) * width + c, place = <usize>t * strideAt(n, inputs)
        const hit = v128.andnot(f32x4.eq(v128.load(neuronAt(input, n, steps) + place), best), taken)
        const target = neuronAt(into, n, steps) + place
        v128.store(target, f32x4.add(v128.load(target), v128.and(error, hit)))
        taken = v128.or(taken, hit)
      }
    }
  }
}

/** Four of a site: adds the error where it holds the largest and none before it does; gives where one has by now. */
@inline
function addFirst(x: usize, into: usize, best: v128, error: v128, taken: v128): v128 {
  const hit = v128.andnot(f32x4.eq(v128.load(x), best), taken)
  v128.store(x + into, f32x4.add(v128.load(x + into), v128.and(error, hit)))
  return v128.or(taken, hit)
}

/** The same for windows of four sites. */
function foursAdjoint(input: usize, out: usize, signal: usize, into: usize, steps: i32, inputs: i32, outputs: i32, width: i32, from: usize, q: i32): void {
  // `into` lies as the input does.
  const apart = into - input, none = i32x4.splat(0)
  for (let c = 0; c < width; c += 4) {
    const k = q * width + c, stride = strideAt(k, outputs)
    const n0 = load<i32>(from) * width + c, n1 = load<i32>(from + PAIR) * width + c
    const n2 = load<i32>(from + 2 * PAIR) * width + c, n3 = load<i32>(from + 3 * PAIR) * width + c
    const s0 = strideAt(n0, inputs), s1 = strideAt(n1, inputs), s2 = strideAt(n2, inputs), s3 = strideAt(n3, inputs)
    let x0 = neuronAt(input, n0, steps), x1 = neuronAt(input, n1, steps), x2 = neuronAt(input, n2, steps), x3 = neuronAt(input, n3, steps)
    let y = neuronAt(out, k, steps), e = neuronAt(signal, k, steps)
    for (let t = 0; t < steps; t++, x0 += s0, x1 += s1, x2 += s2, x3 += s3, y += stride, e += stride) {
      const best = v128.load(y), error = v128.load(e)
      const taken = addFirst(x1, apart, best, error, addFirst(x0, apart, best, error, none))
      addFirst(x3, apart, best, error, addFirst(x2, apart, best, error, taken))
    }
  }
}

function numbersAdjoint(input: usize, out: usize, signal: usize, into: usize, steps: i32, inputs: i32, outputs: i32, width: i32, from: usize, end: usize, q: i32): void {
  for (let c = 0; c < width; c++) {
    const k = q * width + c, stride = strideAt(k, outputs)
    for (let t = 0; t < steps; t++) {
      const at = <usize>t * stride, best = load<f32>(neuronAt(out, k, steps) + at), error = load<f32>(neuronAt(signal, k, steps) + at)
      for (let pair = from; pair < end; pair += PAIR) {
        const n = load<i32>(pair) * width + c, place = <usize>t * strideAt(n, inputs)
        if (load<f32>(neuronAt(input, n, steps) + place) != best) continue
        const target = neuronAt(into, n, steps) + place
        store<f32>(target, load<f32>(target) + error)
        break
      }
    }
  }
}

/**
 * into = the adjoint of `largest`. A unit is a sample.
 * Arguments: a, out, signal, into, T, N, N of out, width, table by output: start, pairs, sites; whether spikes.
 */
export function largestAdjoint(args: usize, from: i32, to: i32, thread: i32): void {
  const steps = arg(args, 4), inputs = arg(args, 5), outputs = arg(args, 6), width = arg(args, 7)
  const start = <usize>arg(args, 8), pairs = <usize>arg(args, 9), sites = arg(args, 10), spikes = arg(args, 11)
  const row = <usize>(spikes ? panels(inputs) : padded(inputs)) << 2, outRow = <usize>(spikes ? panels(outputs) : padded(outputs)) << 2
  for (let b = from; b < to; b++) {
    const input = <usize>arg(args, 0) + <usize>(b * steps) * row, out = <usize>arg(args, 1) + <usize>(b * steps) * outRow
    const signal = <usize>arg(args, 2) + (<usize>(b * steps * padded(outputs)) << 2), into = <usize>arg(args, 3) + (<usize>(b * steps * padded(inputs)) << 2)
    memory.fill(into, 0, <usize>(steps * padded(inputs)) << 2)
    for (let q = 0; q < sites; q++) {
      const first = pairsAt(start, pairs, q), end = pairsAt(start, pairs, q + 1)
      if (spikes) spikesAdjoint(input, out, signal, into, steps, inputs, outputs, width, first, end, q)
      else if (width & 3) numbersAdjoint(input, out, signal, into, steps, inputs, outputs, width, first, end, q)
      else if (end - first == 4 * PAIR) foursAdjoint(input, out, signal, into, steps, inputs, outputs, width, first, q)
      else vectorsAdjoint(input, out, signal, into, steps, inputs, outputs, width, first, end, q)
    }
  }
}
