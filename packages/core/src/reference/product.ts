type Row = ArrayLike<number>

/** out = x times a matrix [N, N]: its rows are added in order, each product and sum rounded. Where x is 0 the row does not count. */
export function product(x: Row, matrix: Row, out: Float32Array): void {
  out.fill(0)
  for (let k = 0, row = 0; k < x.length; k++, row += x.length) {
    const factor = x[k]!
    if (factor === 0) continue
    for (let n = 0; n < x.length; n++) out[n] = out[n]! + Math.fround(factor * matrix[row + n]!)
  }
}

/** The same with the matrix transposed. */
export function productTransposed(x: Row, matrix: Row, out: Float32Array): void {
  for (let n = 0, row = 0; n < x.length; n++, row += x.length) {
    let sum = 0
    for (let k = 0; k < x.length; k++) if (x[k] !== 0) sum = Math.fround(sum + Math.fround(x[k]! * matrix[row + k]!))
    out[n] = sum
  }
}
