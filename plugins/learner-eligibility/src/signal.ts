import { carry, carryError, feedbackWeights, type Layer, type Runtime, type Tensor } from '@hillock/core'

/** The learning signal of a hidden layer, [T, B, N] or [1, B, N], of the output's error, [T, B, C] or [1, B, C]. */
export type LearningSignal = (runtime: Runtime, layer: Layer, error: Tensor) => Tensor

export type Feedback = 'random' | 'symmetric' | LearningSignal

export interface SignalOptions {
  readonly feedback: Feedback
  readonly deviation: number | undefined
  /** [N], added for every step and sample. */
  readonly bias?: Tensor | undefined
}

/**
 * Carries the error to a hidden layer. Symmetric feedback goes down the transposed weights of the layers above, as if what lies between
 * them were linear. `errors` are of the output, or of the currents of its layer by their names.
 */
export function learningSignal(
  runtime: Runtime,
  layer: Layer,
  errors: Readonly<Record<string, Tensor>>,
  { feedback, deviation, bias }: SignalOptions,
): Tensor {
  const { layers } = runtime.network
  if (typeof feedback === 'function') return feedback(runtime, layer, Object.values(errors)[0]!)
  if (feedback === 'random') {
    const weights = feedbackWeights(runtime, layer, layers.at(-1)!.size, deviation)
    const terms = Object.values(errors).map((error) => ({ error, weights }))
    return carryError(runtime, terms, { bias })
  }
  let carried = errors
  for (const next of layers.slice(layer.index + 1).toReversed()) {
    const to = next.index === layer.index + 1 ? { bias } : {}
    let into: Tensor | undefined
    runtime.timed('backward', () => {
      for (const source of next.sources)
        into = carry(runtime, { source }, carried[source.current] ?? Object.values(carried)[0]!, { ...to, into })
    })
    carried = { error: into! }
  }
  return Object.values(carried)[0]!
}
