/** A percentile of values; 0 if there are none. */
export function levelOf(parts: readonly Float32Array[], percentile: number): number {
  const all = new Float32Array(parts.reduce((sum, { length }) => sum + length, 0))
  let at = 0
  for (const part of parts) {
    all.set(part, at)
    at += part.length
  }
  all.sort()
  return all[Math.min(all.length - 1, Math.ceil((percentile / 100) * all.length))] ?? 0
}
