import { HillockError } from '@hillock/core'
import { type Check, checkOptions, checkValue, is } from '@hillock/core/options'
import type { Sequences } from './sequences.ts'

/** Options of `mackeyGlass`. */
export interface MackeyGlassOptions {
  /** The delay, from 17 to 30 units of time. Default: 17. */
  readonly tau?: number
  /** Where the series begins, in Lyapunov times; NeuroBench takes 30 of them, half a Lyapunov time apart. Default: 0. */
  readonly start?: number
  /** Of the part to learn from, in Lyapunov times. Default: 10. */
  readonly train?: number
  /** Of the part to be predicted, in Lyapunov times. Default: 10. */
  readonly test?: number
}

/** A series in two parts, one behind the other. */
export interface MackeyGlass {
  /** Name of the task. */
  readonly name: 'mackey-glass'
  /** Points in a Lyapunov time. */
  readonly points: number
  /** All values, [(train + test) * points + 1]. */
  readonly values: Float32Array
  /** [1, T, 1]: a value, and for its target the next one. */
  readonly train: Sequences
  /** The part of the series to test on. */
  readonly test: Sequences
}

const points = 75
/** What the options of `mackeyGlass` can be. */
export const mackeyGlassChecks = {
  tau: is.whole(17, 30),
  start: is.number(0),
  train: is.number(1 / points),
  test: is.number(1 / points),
}
/** Lyapunov time and past of each series, by its delay (NeuroBench 2.3.0). */
const series: Readonly<Record<number, readonly [lyapunov: number, past: number]>> = {
  17: [197, 0.7206597],
  18: [138, 0.7744313],
  19: [315, 0.7783468],
  20: [131, 0.9225991],
  21: [191, 0.9479431],
  22: [119, 0.545596],
  23: [106, 0.8622247],
  24: [97, 0.325966],
  25: [98, 0.8297825],
  26: [104, 1.003349],
  27: [112, 0.6491406],
  28: [119, 1.0957495],
  29: [131, 0.9256179],
  30: [139, 0.2713639],
}

/**
 * The chaotic series of Mackey and Glass (1977) as NeuroBench sets the task (Yik et al. 2025): dy/dt = 0.2 y(t - tau) / (1 + y(t - tau)^10) -
 * 0.1 y, from a constant past, 75 points in a Lyapunov time; a network learns from 10 Lyapunov times, then goes on alone for as many, and `smape`
 * tells how well. The series is hillock's own, by the classical Runge-Kutta method with steps of 0.05: their file was made by another
 * integrator, and chaos keeps no two alike for long, so compare methods on one series alone.
 *
 * Throws HILLOCK_OPTION if an option is unknown or its value is not allowed.
 */
export function mackeyGlass(options: MackeyGlassOptions = {}): MackeyGlass {
  checkOptions('mackeyGlass', options, mackeyGlassChecks)
  const { tau = 17, start = 0, train = 10, test = 10 } = options
  const first = Math.round(start * points)
  const [learnt, asked] = [Math.round(train * points), Math.round(test * points)]
  const values = solve(tau, first + learnt + asked + 1).subarray(first)
  const part = (from: number, count: number): Sequences => ({
    images: values.slice(from, from + count),
    count: 1,
    features: count,
    targets: values.slice(from + 1, from + count + 1),
  })
  return { name: 'mackey-glass', points, values, train: part(0, learnt), test: part(learnt, asked) }
}

/** So many values from t = tau on, as NeuroBench's solver begins there. */
function solve(tau: number, count: number): Float32Array {
  const [lyapunov, past] = series[tau]!
  const h = 0.05
  const lag = Math.round(tau / h)
  const spacing = lyapunov / points
  const steps = lag + Math.ceil(((count - 1) * spacing) / h) + 1
  const y = new Float64Array(steps + 1)
  const slopes = new Float64Array(steps + 1)
  y[0] = past
  slopes[0] = slope(past, past)
  // of the past, at step `at`, or half a step behind it
  const at = (step: number) => (step < 0 ? past : y[step]!)
  const behind = (step: number) =>
    step < 0 ? past : (y[step]! + y[step + 1]!) / 2 + (h / 8) * (slopes[step]! - slopes[step + 1]!)
  for (let i = 0; i < steps; i++) {
    const [early, middle, late] = [at(i - lag), behind(i - lag), at(i - lag + 1)]
    const k1 = slope(y[i]!, early)
    const k2 = slope(y[i]! + (h / 2) * k1, middle)
    const k3 = slope(y[i]! + (h / 2) * k2, middle)
    const k4 = slope(y[i]! + h * k3, late)
    y[i + 1] = y[i]! + (h / 6) * (k1 + 2 * k2 + 2 * k3 + k4)
    slopes[i + 1] = slope(y[i + 1]!, late)
  }
  return Float32Array.from({ length: count }, (_, k) => {
    const when = lag + (k * spacing) / h
    const i = Math.floor(when)
    return between(y[i]!, y[i + 1]!, h * slopes[i]!, h * slopes[i + 1]!, when - i)
  })
}

/** dy/dt; powers are products, so that all engines find the same bits. */
function slope(now: number, before: number): number {
  const square = before * before
  const fourth = square * square
  return (0.2 * before) / (1 + fourth * fourth * square) - 0.1 * now
}

/** Cubic Hermite interpolation, `part` of the way from a to b. */
function between(a: number, b: number, slopeA: number, slopeB: number, part: number): number {
  const rest = 1 - part
  const line = a * rest + b * part
  return line + part * rest * ((slopeA - (b - a)) * rest + (b - a - slopeB) * part)
}

const areNumbers: Check = (value) => {
  const list = Array.isArray(value) || ArrayBuffer.isView(value)
  return list && Array.from(value as number[]).every(Number.isFinite) ? undefined : 'give a list of finite numbers'
}

/**
 * The symmetric mean absolute percentage error of a prediction, from 0 to 200 (NeuroBench's measure): 200 times the mean of |a - b| / (|a| + |b|).
 * Throws HILLOCK_OPTION if the values are not finite numbers, HILLOCK_SHAPE if the lists have different lengths or are empty.
 */
export function smape(predicted: ArrayLike<number>, actual: ArrayLike<number>): number {
  checkValue('smape', 'predicted', predicted, areNumbers)
  checkValue('smape', 'actual', actual, areNumbers)
  if (predicted.length !== actual.length || actual.length === 0) {
    const found = `${predicted.length} values are predicted of ${actual.length}`
    throw new HillockError('HILLOCK_SHAPE', found, { hint: 'give as many of both' })
  }
  let sum = 0
  for (let i = 0; i < actual.length; i++) {
    const [a, b] = [predicted[i]!, actual[i]!]
    if (a !== b) sum += Math.abs(a - b) / (Math.abs(a) + Math.abs(b))
  }
  return (200 * sum) / actual.length
}
