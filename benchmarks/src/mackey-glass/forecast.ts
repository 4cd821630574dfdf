/** What a method makes of the part of a series to be predicted: as many values as that has targets. */
export interface Forecast {
  /** Each from the true values before it. */
  readonly next: ArrayLike<number>
  /** Each from those that it predicted itself, after the first. */
  readonly alone: ArrayLike<number>
}

/** The mean and the standard deviation of some values. */
export function momentsOf(values: ArrayLike<number>): { readonly mean: number; readonly deviation: number } {
  const all = Array.from(values)
  const mean = all.reduce((sum, value) => sum + value, 0) / all.length
  return { mean, deviation: Math.sqrt(all.reduce((sum, value) => sum + (value - mean) ** 2, 0) / all.length) }
}
