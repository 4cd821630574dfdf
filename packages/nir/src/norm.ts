import type { Snapshot } from '@hillock/core'
import type { SourcePart } from '@hillock/core/network'
import { unsupported } from './errors.ts'

/** What batch norm does to the currents of a connection, by channel. */
export interface Fold {
  readonly scales: Float64Array
  /** Biases with it; `own` are those of the connection. */
  biases(own: ArrayLike<number> | undefined): Float64Array
}

/**
 * Batch norm as it runs outside of training, as weights and biases of the connection before it: weight / sqrt(variance + epsilon) times the current,
 * less the running mean. Throws HILLOCK_UNSUPPORTED, naming the layer, if nothing before it has weights for each channel, or if each step has
 * statistics of its own.
 */
export function foldOf(layer: string, before: SourcePart | undefined, norm: SourcePart, snapshot: Snapshot): Fold {
  const fail = (found: string, hint: string): never => {
    throw unsupported(`${layer}: NIR has no batchNorm, and ${found}`, hint)
  }
  const { epsilon, steps } = norm.link.normalized!
  if (steps !== undefined) fail('this one is another at each step', 'train with batchNorm() without steps')
  if (!/^(conv[12]d|dense|sparse|delayed)$/.test(before?.connection.kind ?? '') || before!.weight === undefined)
    fail('no weights before it can take it up', 'put it behind dense(), sparse(), conv1d() or conv2d()')
  const of = (name: string | undefined): ArrayLike<number> => (name === undefined ? [] : snapshot.get(name)!.values)
  const { mean, variance } = norm.statistics!
  const [means, variances, shifts] = [of(mean), of(variance), of(norm.bias)]
  const scales = Float64Array.from(of(norm.weight), (weight, c) => weight / Math.sqrt(variances[c]! + epsilon))
  const biases = (own: ArrayLike<number> | undefined) =>
    scales.map((scale, c) => ((own?.[c] ?? 0) - means[c]!) * scale + (shifts[c] ?? 0))
  return { scales, biases }
}

/** Weights [channels, ...], each channel scaled. */
export function folded(weights: Float32Array, fold: Fold | undefined): ArrayLike<number> {
  if (fold === undefined) return weights
  const each = weights.length / fold.scales.length
  return Float64Array.from(weights, (weight, i) => weight * fold.scales[Math.floor(i / each)]!)
}
