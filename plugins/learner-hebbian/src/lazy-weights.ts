import type { Values } from '@hillock/core/backend'

/** Spikes of one step: `index[from]` to `index[to - 1]` are active. */
export interface Active {
  /** Numbers of the neurons that fired. */
  readonly index: Int32Array
  /** The first place in `index` that counts. */
  readonly from: number
  /** The place in `index` behind the last one that counts. */
  readonly to: number
}

/** What lazy weights are made of: W_ij = common * scale_j * u_ij. */
export interface Factors {
  /** [inputs, stride], of which the first `units` of each row count. */
  readonly u: Values
  readonly stride: number
  readonly scales: Float64Array
  /** sum_i u_ij^2. */
  readonly norms: Float64Array
  /** A single value. */
  readonly common: Float64Array
}

/**
 * Weights [inputs, units] held as W_ij = common * scale_j * u_ij, with the squared norm of each column of u kept up to date: decay,
 * Oja's shrinking and normalisation change a factor in place of a column, so that a step costs only the synapses it touches.
 */
export interface LazyWeights {
  /** How many neurons have weights here. */
  readonly units: number
  /** W_ij. */
  at(input: number, unit: number): number
  /** out_(at + j) += sum of W_ij over active inputs, for units j from `first` to `last - 1`. Default of `at`: 0. */
  gather(active: Active, out: Float32Array, first: number, last: number, at?: number): void
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
  /** Does so to every column. */
  normalizeAll(epsilon: number): void
}

/** Below this a factor is multiplied out, or u would leave the range of f32. */
const smallest = 1e-12

/** Factors of these weights, [inputs, units], in plain arrays. */
export function plainFactors(values: Values, units: number): Factors {
  const norms = new Float64Array(units)
  for (let at = 0; at < values.length; at += units) for (let j = 0; j < units; j++) norms[j]! += values[at + j]! ** 2
  return {
    u: values.slice(),
    stride: units,
    scales: new Float64Array(units).fill(1),
    norms,
    common: Float64Array.of(1),
  }
}

/** W, [inputs, units], no element further from 0 than `limit`. */
export function multipliedOut({ u, stride, scales, common }: Factors, units: number, limit = Infinity): Values {
  const all = u.slice(0, (u.length / stride) * units)
  for (let row = 0, at = 0; row < u.length; row += stride) {
    for (let j = 0; j < units; j++, at++) {
      const weight = common[0]! * scales[j]! * u[row + j]!
      all[at] = Math.min(limit, Math.max(-limit, weight))
    }
  }
  return all
}

export function lazyWeights({ u, stride, scales, norms, common }: Factors, units: number): LazyWeights {
  const factor = (unit: number): number => common[0]! * scales[unit]!
  const sums = new Float32Array(units)

  function multiplyOut(unit: number): void {
    const whole = factor(unit)
    for (let at = unit; at < u.length; at += stride) u[at] = whole * u[at]!
    norms[unit] = whole * whole * norms[unit]!
    scales[unit] = 1 / common[0]!
  }

  function addTo(at: number, unit: number, step: number): void {
    const before = u[at]!
    u[at] = before + step
    norms[unit]! += (u[at]! - before) * (u[at]! + before)
  }

  function normalize(unit: number, epsilon: number): void {
    scales[unit] = scales[unit]! / (Math.sqrt(norms[unit]!) * Math.abs(factor(unit)) + epsilon)
  }

  return {
    units,
    at: (input, unit) => factor(unit) * u[input * stride + unit]!,
    gather({ index, from, to }, out, first, last, at = 0) {
      sums.fill(0, first, last)
      for (let e = from; e < to; e++) {
        const row = index[e]! * stride
        for (let j = first; j < last; j++) sums[j] = sums[j]! + u[row + j]!
      }
      for (let j = first; j < last; j++) out[at + j] = out[at + j]! + factor(j) * sums[j]!
    },
    add(unit, { index, from, to }, amount) {
      const step = amount / factor(unit)
      for (let e = from; e < to; e++) addTo(index[e]! * stride + unit, unit, step)
    },
    addOne: (input, unit, amount) => addTo(input * stride + unit, unit, amount / factor(unit)),
    scale(unit, by) {
      scales[unit] = by * scales[unit]!
      if (Math.abs(factor(unit)) < smallest) multiplyOut(unit)
    },
    scaleAll(by) {
      common[0] = by * common[0]!
      if (Math.abs(common[0]) >= smallest) return
      for (let j = 0; j < units; j++) multiplyOut(j)
      common[0] = 1
      scales.fill(1)
    },
    normalize,
    normalizeAll(epsilon) {
      for (let j = 0; j < units; j++) normalize(j, epsilon)
    },
  }
}
