/**
 * How early the first spike of each output is, in steps before the end: s = sum over t of 1 - p_t, with p_t = product over k <= t of (1 - o_k), for
 * values [T, size] from 0 to 1. T for a spike at once, 0 for none; p_t is the chance that none has come if o_k is that of a spike at step k.
 * `back` gives the derivative by the values from that by s: ds/do_k = p_(k-1) r_k, with r_k = 1 + (1 - o_(k+1)) r_(k+1). So of a
 * train of spikes, the first one counts, and the steps before it, which could have had it.
 */
export function earliness(values: ArrayLike<number>, size: number) {
  const scores = new Float64Array(size)
  const before = new Float64Array(values.length)
  const none = new Float64Array(size).fill(1)
  for (let i = 0; i < values.length; i++) {
    const n = i % size
    before[i] = none[n]!
    none[n]! *= 1 - values[i]!
    scores[n]! += 1 - none[n]!
  }
  const back = (gradient: ArrayLike<number>): Float64Array => {
    const signal = new Float64Array(values.length)
    const rest = new Float64Array(size).fill(1)
    for (let i = values.length - 1; i >= 0; i--) {
      const n = i % size
      signal[i] = gradient[n]! * before[i]! * rest[n]!
      rest[n] = 1 + (1 - values[i]!) * rest[n]!
    }
    return signal
  }
  return { scores, back }
}
