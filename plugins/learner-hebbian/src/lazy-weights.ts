import type { Values } from '@hillock/core'

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
  /** W_ij += amount. */
  addOne(input: number, unit: number, amount: number): void
  /** W_ij *= factor for one unit. */
  scale(unit: number, factor: number): void
  /** W *= factor. */
  scaleAll(factor: number): void
  /** Divides a column by its Euclidean length, `epsilon` added to that. */
  normalize(unit: number, epsilon: number): void
  /** W itself, in the array it was made of; no element further from 0 than `limit`. */
  values(limit?: number): Values
}

/** Below this a factor is multiplied out, or U would leave the range of f32. */
const smallest = 1e-12

/** Takes over `values`, [inputs, units]. */
export function lazyWeights(values: Values, units: number): LazyWeights {
  const u = values
  const scales = new Float64Array(units).fill(1)
  const norms = new Float64Array(units)
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

  function addAt(at: number, unit: number, amount: number): void {
    const before = u[at]!
    u[at] = before + amount
    const after = u[at]!
    norms[unit] = norms[unit]! + (after - before) * (after + before)
  }

  return {
    units,
    at: (input, unit) => common * scales[unit]! * u[input * units + unit]!,
    gather({ index, from, to }, out, first, last) {
      out.fill(0, first, last)
      let e = from
      for (; e + 3 < to; e += 4) {
        const [u0, u1] = [index[e]! * units, index[e + 1]! * units]
        const [u2, u3] = [index[e + 2]! * units, index[e + 3]! * units]
        for (let j = first; j < last; j++) out[j] = out[j]! + u[u0 + j]! + u[u1 + j]! + u[u2 + j]! + u[u3 + j]!
      }
      for (; e < to; e++) {
        const row = index[e]! * units
        for (let j = first; j < last; j++) out[j] = out[j]! + u[row + j]!
      }
      for (let j = first; j < last; j++) out[j] = common * scales[j]! * out[j]!
    },
    add(unit, { index, from, to }, amount) {
      const unscaled = amount / (common * scales[unit]!)
      for (let e = from; e < to; e++) addAt(index[e]! * units + unit, unit, unscaled)
    },
    addOne(input, unit, amount) {
      addAt(input * units + unit, unit, amount / (common * scales[unit]!))
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
      for (let at = 0; at < u.length; at += units) {
        for (let j = 0; j < units; j++) {
          u[at + j] = Math.max(-limit, Math.min(limit, common * scales[j]! * u[at + j]!))
        }
      }
      scales.fill(1)
      common = 1
      return u
    },
  }
}
