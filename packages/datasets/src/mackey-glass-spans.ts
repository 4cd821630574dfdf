import { checkOptions, checkValue, is } from '@hillock/core/options'
import { type MackeyGlass, type MackeyGlassOptions, mackeyGlass, mackeyGlassChecks } from './mackey-glass.ts'
import type { Sequences, Task } from './sequences.ts'

/** Options of `mackeyGlassSpans`. */
export interface MackeyGlassSpansOptions extends MackeyGlassOptions {
  /** Points of a span, T. Default: 120. */
  readonly steps?: number
  /** Points from the beginning of a span to that of the next. Default: 10. */
  readonly stride?: number
  /** Points at the beginning of a span whose targets do not count. Default: 20. */
  readonly warmUp?: number
}

/** Spans of the series, and what turns their numbers into points of it. */
export interface MackeyGlassSpans extends Task {
  /** The series that the spans are cut from. */
  readonly series: MackeyGlass
  /** Mean of the points to learn from. */
  readonly mean: number
  /** Their standard deviation. An input is (point - mean) / deviation. */
  readonly deviation: number
  /** Standard deviation of the changes from point to point. A target is (next point - point) / change. */
  readonly change: number
}

/**
 * The series of `mackeyGlass` as examples: spans of `steps` points that overlap. An input is a point in standard deviations from the mean, and
 * its target the change to the next point, in standard deviations of the changes. Mean and deviations are those of the part to learn from.
 *
 * Throws HILLOCK_OPTION if an option is unknown or out of range, or if a part of the series is shorter than a span.
 */
export function mackeyGlassSpans(options: MackeyGlassSpansOptions = {}): MackeyGlassSpans {
  const cuts = { steps: is.whole(1), stride: is.whole(1), warmUp: is.whole(0) }
  checkOptions('mackeyGlassSpans', options, { ...mackeyGlassChecks, ...cuts })
  const { steps = 120, stride = 10, warmUp = 20, ...rest } = options
  const series = mackeyGlass(rest)
  checkValue('mackeyGlassSpans', 'steps', steps, is.whole(1, Math.min(series.train.features, series.test.features)))
  checkValue('mackeyGlassSpans', 'warmUp', warmUp, is.whole(0, steps - 1))
  const { mean, deviation } = momentsOf(series.train.images)
  const change = momentsOf(changesOf(series.train)).deviation
  const cut = (part: Sequences): Sequences => {
    const count = Math.floor((part.features - steps) / stride) + 1
    const spans = (value: (t: number) => number) =>
      Float32Array.from({ length: count * steps }, (_, i) => value(Math.floor(i / steps) * stride + (i % steps)))
    const changes = changesOf(part)
    return {
      images: spans((t) => (part.images[t]! - mean) / deviation),
      targets: spans((t) => changes[t]! / change),
      mask: Uint8Array.from({ length: count * steps }, (_, i) => Number(i % steps >= warmUp)),
      count,
      features: steps,
    }
  }
  const [train, test] = [cut(series.train), cut(series.test)]
  const task = { name: series.name, shape: [steps, 1], steps, inputs: 1, outputs: 1 }
  return { ...task, train, test, series, mean, deviation, change }
}

/** From each point to the next. */
const changesOf = ({ images, targets }: Sequences) => targets.map((next, t) => next - images[t]!)

function momentsOf(values: Float32Array): { readonly mean: number; readonly deviation: number } {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length
  return { mean, deviation: Math.sqrt(variance) }
}
