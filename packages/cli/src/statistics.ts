export interface Quantiles {
  readonly p25: number
  readonly median: number
  readonly p75: number
}

/** Quartiles of at least one value, interpolated between neighbours. */
export function quantiles(values: readonly number[]): Quantiles {
  const sorted = [...values].sort((a, b) => a - b)
  const at = (part: number) => {
    const place = part * (sorted.length - 1)
    const below = Math.floor(place)
    const [low, high] = [sorted[below]!, sorted[Math.min(below + 1, sorted.length - 1)]!]
    return low + (high - low) * (place - below)
  }
  return { p25: at(0.25), median: at(0.5), p75: at(0.75) }
}
