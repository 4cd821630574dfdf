import { type Generator, generator, stream } from '@hillock/core/random'
import { drawn, type Range, valueAt } from './random-search.ts'
import { worth } from './validation.ts'

/** A setting that was tried, and what came of it: the higher the better. */
export interface Trial {
  /** The settings, by the names of the options. */
  readonly settings: Readonly<Record<string, unknown>>
  /** What came of it: the higher, the better. */
  readonly value: number
}

/** So many settings are drawn at random before there is anything to learn from. */
export const startup = 10
/** So many are drawn from where the good ones are, of which one is chosen. */
const candidates = 24

/**
 * The next setting by the tree-structured Parzen estimator, with the defaults of Optuna: trials are parted into the best tenth (at most 25) and the others, and of 24 values drawn
 * from the density of the good ones the one is taken at which that density most exceeds the other's. Each range is looked at by itself; the first 10 settings are those that
 * `drawnRuns` draws. The same seed and trials give the same setting.
 *
 * Bergstra, Bardenet, Bengio, Kégl 2011, Algorithms for hyper-parameter optimization.
 */
export function proposeTpe(ranges: readonly Range[], trials: readonly Trial[], seed: number): Record<string, unknown> {
  const count = trials.length
  if (count < startup) return drawn(ranges, count + 1, seed)[count]!
  const random = generator(seed, stream.shuffle, 2 ** 32 - 4, count)
  const places = trials.map((_, i) => i).sort((a, b) => worth(trials[b]!.value) - worth(trials[a]!.value) || a - b)
  const best = new Set(places.slice(0, Math.min(Math.ceil(count / 10), 25)))
  return Object.fromEntries(
    ranges.map((range) => {
      const of = (good: boolean) =>
        trials.flatMap(({ settings }, i) => (best.has(i) === good ? settings[range.name] : []))
      const [below, above] = [of(true), of(false)]
      const value = range.kind === 'choice' ? chosen(range, below, above, random) : placed(range, below, above, random)
      return [range.name, value]
    }),
  )
}

/** Weights of observations, the oldest first: the last 25 count in full, those before less and less. */
function weightsOf(count: number): number[] {
  const old = Math.max(0, count - 25)
  return Array.from({ length: count }, (_, i) =>
    i >= old ? 1 : old === 1 ? 1 / count : 1 / count + (i / (old - 1)) * (1 - 1 / count),
  )
}

function chosen({ values }: Range, below: readonly unknown[], above: readonly unknown[], random: Generator): unknown {
  const density = (seen: readonly unknown[]) => {
    const weights = weightsOf(seen.length)
    // the prior is one observation more, of all values alike
    const each = (value: unknown) =>
      weights.reduce((sum, weight, i) => sum + (seen[i] === value ? weight : 0), 1 / values.length)
    const all = values.map(each)
    const total = all.reduce((sum, one) => sum + one, 0)
    return all.map((one) => one / total)
  }
  const [good, other] = [density(below), density(above)]
  const drawOne = () => pick(good, random.uniform())
  const drawnPlaces = Array.from({ length: candidates }, drawOne)
  return values[bestOf(drawnPlaces, (place) => Math.log(good[place]! / other[place]!))]
}

function placed(range: Range, below: readonly unknown[], above: readonly unknown[], random: Generator): unknown {
  const place = placeIn(range)
  const [good, other] = [parzen(below.map(place)), parzen(above.map(place))]
  const at = Array.from({ length: candidates }, () => {
    const { mean, deviation } =
      good[
        pick(
          good.map(({ weight }) => weight),
          random.uniform(),
        )
      ]!
    // a normal distribution within 0 and 1, by its inverse
    const [low, high] = [cumulative(-mean / deviation), cumulative((1 - mean) / deviation)]
    const part = low + (high - low) * random.uniform()
    return Math.min(1, Math.max(0, mean + deviation * quantile(Math.min(1 - 1e-12, Math.max(1e-12, part)))))
  })
  return valueAt(
    range,
    bestOf(at, (x) => logDensity(good, x) - logDensity(other, x)),
  )
}

interface Kernel {
  readonly mean: number
  readonly deviation: number
  readonly weight: number
  /** Of its density, so that all within 0 and 1 sums up to the weight. */
  readonly scale: number
}

/** A normal distribution about each of these places in [0, 1], as wide as the way to its neighbours; and one about the middle, for all of it. */
function parzen(seen: readonly number[]): Kernel[] {
  const weights = weightsOf(seen.length)
  const total = weights.reduce((sum, weight) => sum + weight, 1)
  const kernels = seen.map((mean, i) => ({ mean, weight: weights[i]! / total, prior: false }))
  const sorted = [...kernels, { mean: 0.5, weight: 1 / total, prior: true }].sort((a, b) => a.mean - b.mean)
  const least = 1 / Math.min(100, 1 + sorted.length)
  return sorted.map(({ mean, weight, prior }, i) => {
    const [before, after] = [sorted[i - 1], sorted[i + 1]]
    const gaps = [before ? mean - before.mean : 0, after ? after.mean - mean : 0]
    const deviation = prior ? 1 : Math.min(1, Math.max(least, ...gaps))
    const within = cumulative((1 - mean) / deviation) - cumulative(-mean / deviation)
    return { mean, deviation, weight, scale: weight / (deviation * within) }
  })
}

function logDensity(kernels: readonly Kernel[], x: number): number {
  const density = kernels.reduce(
    (sum, { mean, deviation, scale }) => sum + scale * Math.exp(-(((x - mean) / deviation) ** 2) / 2),
    0,
  )
  return Math.log(Math.max(density, 1e-300))
}

/** Where in its range a value lies, from 0 to 1. */
function placeIn({ kind, values }: Range): (value: unknown) => number {
  const [low, high] = values as [number, number]
  if (kind === 'log') return (value) => Math.log(Number(value) / low) / Math.log(high / low)
  if (kind === 'int') return (value) => (Number(value) - low + 0.5) / (high - low + 1)
  return (value) => (Number(value) - low) / (high - low)
}

function pick(weights: readonly number[], part: number): number {
  let sum = 0
  const at = weights.findIndex((weight) => {
    sum += weight
    return part < sum
  })
  return at < 0 ? weights.length - 1 : at
}

/** The first of those of which a number is greatest. */
function bestOf(all: readonly number[], score: (one: number) => number): number {
  const scores = all.map(score)
  return all[scores.indexOf(Math.max(...scores))]!
}

/** The normal distribution up to `x` (Abramowitz and Stegun 1964, 7.1.26: to 1.5e-7). */
function cumulative(x: number): number {
  const z = Math.abs(x) / Math.SQRT2
  const t = 1 / (1 + 0.3275911 * z)
  const tail =
    t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429)))) * Math.exp(-z * z)
  return x >= 0 ? 1 - tail / 2 : tail / 2
}

/** Its inverse, by halving. */
function quantile(part: number): number {
  let [low, high] = [-8, 8]
  for (let i = 0; i < 40; i++) {
    const middle = (low + high) / 2
    if (cumulative(middle) < part) low = middle
    else high = middle
  }
  return (low + high) / 2
}
