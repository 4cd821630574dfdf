import { checkOptions, is } from '../options.ts'
import { optionError } from '../refusals.ts'
import { earliness } from './first-spike.ts'
import { checkLossInput, type Loss } from './loss.ts'
import { softmaxCrossEntropy } from './softmax.ts'

/** What becomes of the values of an output over time: one logit, or ('each') one at every step. */
export type Reduce = 'sum' | 'mean' | 'max' | 'last' | 'first' | 'each'

/** Options of `crossEntropy`. */
export interface CrossEntropyOptions {
  /**
   * What is compared: 'spike', or the name of a recorded state such as 'v'.
   * @default 'spike'
   */
  readonly on?: string
  /**
   * What becomes of the values over time. Default: 'sum' for spikes, 'mean' for states. 'first', of spikes alone: how many steps before the
   * end the first one is, 0 if there is none. 'each' averages the loss over the steps.
   */
  readonly reduce?: Reduce
}

/**
 * Softmax cross-entropy with what an output gives over time as its logit. Of snnTorch: `ce_count_loss` is the default,
 * `ce_rate_loss` is `{ reduce: 'each' }`, `ce_max_membrane_loss` is `{ on: 'v', reduce: 'max' }`, `ce_temporal_loss` is `{ reduce: 'first' }`.
 *
 * The maximum passes its derivative to the first step that reaches it. The first spike passes it to itself, as the steps that it lies before the
 * next one, and to each step before it, as those that it lies ahead; so a silent output learns to fire. Scores: the logits; for 'each' their
 * sum. Throws HILLOCK_OPTION if an option is unknown, a value is not one of those named, or `reduce` is 'first' on a state.
 *
 * @example
 * ```ts
 * import { crossEntropy } from '@hillock/core'
 *
 * crossEntropy() // of spike counts
 * crossEntropy({ on: 'v', reduce: 'max' })
 * ```
 */
export function crossEntropy(options: CrossEntropyOptions = {}): Loss {
  checkOptions('crossEntropy', options, {
    on: is.text,
    reduce: is.oneOf('sum', 'mean', 'max', 'last', 'first', 'each'),
  })
  const { on = 'spike' } = options
  const { reduce = on === 'spike' ? 'sum' : 'mean' } = options
  if (reduce === 'first' && on !== 'spike') {
    const hint = "omit 'on', or use reduce: 'max'"
    throw optionError(`crossEntropy: '${on}' has no first spike`, hint)
  }
  const over = reduce === 'sum' || reduce === 'mean' ? 'sum' : 'steps'
  return {
    name: 'crossEntropy',
    reads: on,
    over,
    each: reduce === 'each',
    options: { on, reduce },
    evaluate(values, labels, shape) {
      const { steps, batch, classes } = shape
      const size = batch * classes
      checkLossInput('crossEntropy', values, labels, shape, over === 'sum' ? size : steps * size)
      const signal = new Float64Array(values.length)
      const scores = new Float64Array(size)
      let loss = 0

      if (reduce === 'each') {
        for (let t = 0; t < steps; t++) {
          for (let b = 0; b < batch; b++) {
            const at = t * size + b * classes
            loss += softmaxCrossEntropy(values, at, classes, labels[b] as number, 1 / (steps * batch), signal)
          }
        }
        for (let i = 0; i < values.length; i++) scores[i % size]! += values[i] as number
        return { loss, signal, scores }
      }

      const gradient = new Float64Array(size)
      if (reduce === 'first') {
        const { scores, back } = earliness(values, size)
        for (let b = 0; b < batch; b++)
          loss += softmaxCrossEntropy(scores, b * classes, classes, labels[b] as number, 1 / batch, gradient)
        return { loss, signal: back(gradient), scores }
      }

      const scale = reduce === 'mean' ? 1 / steps : 1
      const from = chosen(values, reduce, size)
      for (let i = 0; i < size; i++) scores[i] = scale * (values[from(i)] as number)
      for (let b = 0; b < batch; b++)
        loss += softmaxCrossEntropy(scores, b * classes, classes, labels[b] as number, 1 / batch, gradient)
      for (let i = 0; i < size; i++) signal[from(i)] = scale * (gradient[i] as number)
      return { loss, signal, scores }
    },
  }
}

/** Where among the values each logit is found. */
function chosen(
  values: ArrayLike<number>,
  reduce: Exclude<Reduce, 'each' | 'first'>,
  size: number,
): (i: number) => number {
  if (reduce === 'last') return (i) => values.length - size + i
  if (reduce !== 'max') return (i) => i
  const best = Int32Array.from({ length: size }, (_, i) => i)
  for (let i = size; i < values.length; i++) {
    if ((values[i] as number) > (values[best[i % size] as number] as number)) best[i % size] = i
  }
  return (i) => best[i] as number
}
