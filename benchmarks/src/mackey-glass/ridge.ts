/** The sum of products of two lists. */
export function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!
  return sum
}

/**
 * Ridge regression: the weights w that make the sum of (x . w - y)^2 + penalty |w|^2 least. In the dual form, a matrix of as many rows as there are
 * examples: w = X' a with (X X' + penalty I) a = y, by Cholesky's method.
 */
export function ridge(rows: readonly Float64Array[], wanted: ArrayLike<number>, penalty: number): Float64Array {
  const n = rows.length
  const lower = rows.map((row, i) =>
    Float64Array.from({ length: i + 1 }, (_, j) => dot(row, rows[j]!) + (i === j ? penalty : 0)),
  )
  const a = Float64Array.from(wanted)
  for (let i = 0; i < n; i++) {
    const own = lower[i]!
    for (let j = 0; j <= i; j++) {
      const other = lower[j]!
      let left = own[j]!
      for (let k = 0; k < j; k++) left -= own[k]! * other[k]!
      own[j] = j < i ? left / other[j]! : Math.sqrt(left)
    }
    for (let k = 0; k < i; k++) a[i]! -= own[k]! * a[k]!
    a[i]! /= own[i]!
  }
  for (let i = n - 1; i >= 0; i--) {
    a[i]! /= lower[i]![i]!
    for (let k = 0; k < i; k++) a[k]! -= lower[i]![k]! * a[i]!
  }
  const weights = new Float64Array(rows[0]!.length)
  rows.forEach((row, i) => {
    for (let k = 0; k < weights.length; k++) weights[k]! += a[i]! * row[k]!
  })
  return weights
}
