import type { Tensor, Values } from '../backend.ts'
import { type Targets, targetsWithin } from '../losses/targets.ts'
import { type Classified, classify } from './classify.ts'
import type { Runtime } from './contract.ts'
import type { Batch, LayerPass } from './pass.ts'

/** Adjoints of what a layer gave out, by name ('spike', a state, a recorded value): [T, B, N] or [1, B, N]. */
export type Signals = Readonly<Record<string, Tensor>>

/** The error of the last layer's output. */
export interface OutputError extends Classified {
  /** Mean over the batch. */
  readonly loss: number
  /** [B, C], as the loss sees them; the largest of a row is the prediction. */
  readonly scores: Float64Array
  /** Derivative of the loss by what it reads of the last layer. */
  readonly signals: Signals
}

/**
 * Reads the output, evaluates the loss on the host and puts its derivative back on the backend. With a `window` the loss sees the last
 * so many steps alone, and the derivative is 0 before.
 */
export async function outputError(
  runtime: Runtime,
  pass: LayerPass,
  labels: ArrayLike<number>,
  { window = pass.batch.steps }: { readonly window?: number | undefined } = {},
): Promise<OutputError> {
  const { backend, loss } = runtime
  const { layer, batch } = pass
  const output = loss.reads === 'spike' ? pass.spikes : pass.kept[loss.reads]!
  const steps = Math.min(window, batch.steps)
  const size = batch.size * layer.size
  const summed = loss.over === 'sum'
  let read = output
  if (summed && steps === batch.steps) {
    read = runtime.temporary([batch.size, layer.size])
    backend.sum(output, read)
  }
  const values = await backend.read(read)
  const seen = steps === batch.steps ? values : lastSteps(values, steps, size, summed)
  return errorOf(runtime, { layer, batch }, seen, labels, steps)
}

/**
 * The error of an output that has been read: [B, C], summed over its last `steps`, or [steps, B, C], as the loss wants it. Where the batch has
 * targets they count, and not `labels`.
 */
export function errorOf(
  runtime: Runtime,
  { layer, batch }: Pick<LayerPass, 'layer' | 'batch'>,
  values: ArrayLike<number>,
  labels: ArrayLike<number>,
  steps = batch.steps,
): OutputError {
  const { backend, loss } = runtime
  const size = batch.size * layer.size
  const wanted = wantedOf(batch, layer.size, batch.steps - steps, steps) ?? labels
  const evaluated = loss.evaluate(values, wanted, { steps, batch: batch.size, classes: layer.size })
  const signal = steps === batch.steps ? evaluated.signal : spread(evaluated.signal, steps, batch.steps * size, size)
  const tensor = runtime.temporary([signal.length / size, batch.size, layer.size])
  backend.write(tensor, signal)
  const { scores } = evaluated
  const classified = classify(scores, batch.targets ? noLabels(batch.size) : labels, layer.size)
  return { loss: evaluated.loss, scores, ...classified, signals: { [loss.reads]: tensor } }
}

/** What no prediction is. */
const noLabels = (count: number): number[] => new Array(count).fill(-1)

/** The targets of a batch within a span of its time; undefined where it has labels. */
export function wantedOf(
  { targets, steps: all, size }: Batch,
  outputs: number,
  from: number,
  steps: number,
): Targets | undefined {
  return targets && targetsWithin(targets, { size, all, outputs }, from, steps)
}

/** The last `steps` of values [T, size], or their sum. */
function lastSteps(values: Values, steps: number, size: number, summed: boolean): Values {
  const last = values.subarray(values.length - steps * size)
  if (!summed) return last
  const sum = new Float64Array(size)
  for (let i = 0; i < last.length; i++) sum[i % size]! += last[i]!
  return sum
}

/** A derivative of the last `steps`, one for each of them or the same for all, with zeros before it. */
function spread(signal: Float64Array, steps: number, length: number, size: number): Float64Array {
  const whole = new Float64Array(length)
  for (let at = length - steps * size; at < length; at += signal.length) whole.set(signal, at)
  return whole
}
