import type { Counted } from './runtime/activity.ts'
import type { Batch } from './runtime/pass.ts'
import type { Runtime } from './runtime/runtime.ts'

/** What a training step reports. */
export interface StepResult {
  /** Mean over the batch; NaN stops training. */
  readonly loss: number
  /** How many of the batch were classified right. */
  readonly correct: number
  /** What the input and each layer gave out (see `activityOf`): densities and warnings come of it. Default: nothing is known. */
  readonly activity?: readonly Counted[]
}

/**
 * A learning rule: one batch, one change of the weights. It is a value with its options inside (`bptt({ window: 10 })`); whatever it
 * keeps from step to step it keeps in `runtime.tensor`, so that a backend can be swapped and training resumed.
 */
export interface Learner {
  readonly name: string
  step(runtime: Runtime, batch: Batch): Promise<StepResult>
}
