/** Of some figures: what a quarter, half and three quarters of them do not pass. */
export interface Quartiles {
  readonly p25: number
  readonly median: number
  readonly p75: number
  readonly count: number
}

/** Quartiles of at least one figure, interpolated between neighbours. */
export function quartiles(values: readonly number[]): Quartiles {
  const sorted = values.toSorted((a, b) => a - b)
  const at = (part: number) => {
    const place = part * (sorted.length - 1)
    const [low, high] = [sorted[Math.floor(place)]!, sorted[Math.ceil(place)]!]
    return low + (high - low) * (place - Math.floor(place))
  }
  return { p25: at(0.25), median: at(0.5), p75: at(0.75), count: sorted.length }
}

/** The line through points that is nearest in the sense of least squares of relative errors, and the largest of those errors. */
export function line(points: readonly (readonly [x: number, y: number])[]): {
  readonly start: number
  readonly slope: number
  readonly worst: number
} {
  let [w, wx, wy, wxx, wxy] = [0, 0, 0, 0, 0]
  for (const [x, y] of points) {
    const weight = 1 / (y * y)
    w += weight
    wx += weight * x
    wy += weight * y
    wxx += weight * x * x
    wxy += weight * x * y
  }
  const slope = (w * wxy - wx * wy) / (w * wxx - wx * wx)
  const start = (wy - slope * wx) / w
  const worst = Math.max(...points.map(([x, y]) => Math.abs(start + slope * x - y) / y))
  return { start, slope, worst }
}
