import type { Layer } from '@hillock/core'
import { type LayerPass, type Runtime, type SendBackOptions, sendBack, type Tensor } from '@hillock/core/learner'

/** The learning signal of a hidden layer, [T, B, N] or [1, B, N], of the output's error, [T, B, C] or [1, B, C]. */
export type LearningSignal = (runtime: Runtime, layer: Layer, error: Tensor) => Tensor

/** How the error reaches the hidden layers. */
export type Feedback = SendBackOptions['feedback'] | LearningSignal

/** The learning signals of all hidden layers, by their indices. `errors` are of the output, or of the currents of its layer by their names. */
export function learningSignals(
  runtime: Runtime,
  passes: readonly LayerPass[],
  errors: Readonly<Record<string, Tensor>>,
  { feedback, ...options }: Omit<SendBackOptions, 'feedback'> & { readonly feedback: Feedback },
): ReadonlyMap<number, Tensor> {
  if (typeof feedback !== 'function') return sendBack(runtime, passes, errors, { ...options, feedback })
  const error = Object.values(errors)[0]!
  return new Map(passes.slice(0, -1).map(({ layer }) => [layer.index, feedback(runtime, layer, error)]))
}
