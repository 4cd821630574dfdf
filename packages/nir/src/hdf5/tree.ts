/** An array of an HDF5 file; `shape` is [] for a single value. */
export interface Data {
  readonly shape: readonly number[]
  /** f32, f64, i64, or text in UTF-8. */
  readonly values: Float32Array | Float64Array | BigInt64Array | readonly string[]
}

/** A group of an HDF5 file: names, and the arrays and groups that they stand for. */
export type Tree = ReadonlyMap<string, Data | Tree>

export const isTree = (one: Data | Tree | undefined): one is Tree => one instanceof Map
