/** The best so far, best first; kept from call to call, as there is one call a time step. */
let best = new Int32Array(16)

/**
 * Writes 1 for the k largest of x and 0 for the others, ties to the lowest index, NaN never. One pass that keeps the best so far in
 * order: where few win, most values are compared once.
 */
export function winners(x: ArrayLike<number>, ks: ArrayLike<number>, out: Float32Array): void {
  const k = Math.min(x.length, Math.max(0, Math.floor(ks[0] ?? 0)))
  if (best.length < k) best = new Int32Array(k)
  out.fill(0)
  let count = 0
  for (let n = 0; n < x.length && k > 0; n++) {
    const value = x[n]!
    if (Number.isNaN(value) || (count === k && !(value > x[best[k - 1]!]!))) continue
    let at = count === k ? k - 1 : count++
    for (; at > 0 && value > x[best[at - 1]!]!; at--) best[at] = best[at - 1]!
    best[at] = n
  }
  for (let i = 0; i < count; i++) out[best[i]!] = 1
}
