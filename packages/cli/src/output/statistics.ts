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

/** Whether times that fall have come to their end: the last two are hardly less than the least before them. */
export const isSteady = (times: readonly number[]): boolean =>
  times.length > 2 && Math.min(...times.slice(-2)) > 0.95 * Math.min(...times.slice(0, -2))
