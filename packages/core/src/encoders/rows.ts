import { checkValue, is } from '../options.ts'
import { shapeError } from '../refusals.ts'
import { constant } from './constant.ts'
import type { Encoder } from './encoder.ts'

/**
 * Shows an example row by row: at step t its row t, encoded by another encoder. An image of 28 rows and 28 columns becomes T = 28 steps of
 * 28 inputs; T * N values for N inputs, row-major, in general. Default: the values themselves, as graded input. The other encoder gets
 * [T, B, N] for its `input`, so `delta()` fires where rows differ. Throws HILLOCK_OPTION if it is no encoder.
 *
 * @example
 * ```ts
 * import { latency, rows } from '@hillock/core'
 *
 * rows()
 * rows(latency())
 * ```
 */
export function rows(encoder: Encoder = constant()): Encoder {
  checkValue('rows', 'encoder', encoder, is.encoder)
  return { ...encoder, rows: true }
}

/** How many values an example has. */
export const exampleSize = ({ rows }: Encoder, inputs: number, steps: number): number =>
  rows ? steps * inputs : inputs

/** How many of an example's values are shown at once. Throws HILLOCK_SHAPE if they make no rows, one for each step. */
export function inputsOf({ rows }: Encoder, features: number, steps: number): number {
  if (!rows) return features
  if (features % steps === 0) return features / steps
  const found = `${features} values make no ${steps} rows, one for each step`
  throw shapeError(found, 'give as many time steps as an example has rows')
}

/** Values of `batch` examples, row-major, as what an encoder reads: [1, B, N], or [T, B, N] where it goes row by row. */
export function layOut(
  { rows }: Encoder,
  values: Float32Array,
  { batch, steps }: { readonly batch: number; readonly steps: number },
): { readonly shape: readonly number[]; readonly values: Float32Array } {
  const size = values.length / batch
  if (!rows) return { shape: [1, batch, size], values }
  const width = size / steps
  const moving = new Float32Array(values.length)
  for (let b = 0; b < batch; b++)
    for (let t = 0; t < steps; t++) {
      const from = (b * steps + t) * width
      moving.set(values.subarray(from, from + width), (t * batch + b) * width)
    }
  return { shape: [steps, batch, width], values: moving }
}
