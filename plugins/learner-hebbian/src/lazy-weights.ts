import type { Values } from '@hillock/core'
import { type Kernels, plain } from './kernels.ts'

/** Spikes of one step: `index[from]` to `index[to - 1]` are active. */
export interface Active {
  readonly index: Int32Array
  readonly from: number
  readonly to: number
}

/**
 * Weights [inputs, units] held as W_ij = common * scale_j * U_ij, with the squared norm of each column of U kept up to date: decay,
 * Oja's shrinking and normalisation change a factor in place of a column, so that a step costs only the synapses it touches.
 */
export interface LazyWeights {
  readonly units: number
  /** W_ij. */
  at(input: number, unit: number): number
  /** out_j = sum of W_ij over active inputs, for units `first` to `last - 1`. */
  gather(active: Active, out: Float32Array, first: number, last: number): void
  /** W_ij += amount, for active inputs. */
  add(unit: number, active: Active, amount: number): void
  /** W_ij += amount, for active inputs and active units. */
  addOuter(pre: Active, post: Active, amount: number): void
  /** W_ij += amount. */
  addOne(input: number, unit: number, amount: number): void
  /** W_ij *= factor for one unit. */
  scale(unit: number, factor: number): void
  /** W *= factor. */
  scaleAll(factor: number): void
  /** Divides a column by its Euclidean length, `epsilon` added to that. */
  normalize(unit: number, epsilon: number): void
  /** W itself, in the array it was made of, no element further from 0 than `limit`: the last call. */
  values(limit?: number): Values
}

/** Below this a factor is multiplied out, or U would leave the range of f32. */
const smallest = 1e-12

/** Takes over `values`, [inputs, units], which are where the kernels reach them. */
export function lazyWeights(values: Values, units: number, kernels: Kernels = plain): LazyWeights {
  const u = values
  const scales = new Float64Array(units).fill(1)
  const norms = new Float64Array(units)
  const unscaled = new Float64Array(units)
  let common = 1
  for (let at = 0; at < u.length; at += units) {
    for (let j = 0; j < units; j++) norms[j] = norms[j]! + u[at + j]! * u[at + j]!
  }

  function multiplyOut(unit: number): void {
    const factor = common * scales[unit]!
    for (let at = unit; at < u.length; at += units) u[at] = factor * u[at]!
    norms[unit] = factor * factor * norms[unit]!
    scales[unit] = 1 / common
  }

  return {
    units,
    at: (input, unit) => common * scales[unit]! * u[input * units + unit]!,
    gather(active, out, first, last) {
      kernels.gather(u, units, active, out, first, last)
      for (let j = first; j < last; j++) out[j] = common * scales[j]! * out[j]!
    },
    add(unit, { index, from, to }, amount) {
      const step = amount / (common * scales[unit]!)
      let norm = norms[unit]!
      for (let e = from; e < to; e++) {
        const at = index[e]! * units + unit
        const before = u[at]!
        u[at] = before + step
        const after = u[at]!
        norm += (after - before) * (after + before)
      }
      norms[unit] = norm
    },
    addOuter(pre, post, amount) {
      for (let p = post.from; p < post.to; p++) unscaled[post.index[p]!] = amount / (common * scales[post.index[p]!]!)
      kernels.addOuter(u, units, pre, post, unscaled, norms)
    },
    addOne(input, unit, amount) {
      const at = input * units + unit
      const before = u[at]!
      u[at] = before + amount / (common * scales[unit]!)
      norms[unit] = norms[unit]! + (u[at]! - before) * (u[at]! + before)
    },
    scale(unit, factor) {
      scales[unit] = factor * scales[unit]!
      if (Math.abs(common * scales[unit]!) < smallest) multiplyOut(unit)
    },
    scaleAll(factor) {
      common *= factor
      if (Math.abs(common) < smallest) for (let j = 0; j < units; j++) multiplyOut(j)
    },
    normalize(unit, epsilon) {
      const factor = common * scales[unit]!
      scales[unit] = scales[unit]! / (Math.sqrt(norms[unit]!) * Math.abs(factor) + epsilon)
    },
    values(limit = Infinity) {
      for (let j = 0; j < units; j++) scales[j] = common * scales[j]!
      for (let at = 0; at < u.length; at += units) {
        for (let j = 0; j < units; j++) {
          const weight = scales[j]! * u[at + j]!
          u[at + j] = weight > limit ? limit : weight < -limit ? -limit : weight
        }
      }
      scales.fill(1)
      common = 1
      return u
    },
  }
}
