import type { Counted } from './runtime/activity.ts'
import type { Batch } from './runtime/pass.ts'
import type { Runtime } from './runtime/runtime.ts'

/** Numbers by name, means over a batch or an epoch: `{ loss: 0.3, accuracy: 0.9 }`. */
export type Metrics = Readonly<Record<string, number>>

/** What a training step reports. */
export interface StepResult {
  /** Mean over the batch; NaN stops training. */
  readonly loss: number
  /** How many of the batch were classified right. */
  readonly correct: number
  /** What the input and each layer gave out (see `activityOf`): densities and warnings come of it. Default: nothing is known. */
  readonly activity?: readonly Counted[]
  /** What else the learner measures, means over the batch; epochs report their means over examples. Default: nothing. */
  readonly metrics?: Metrics
  /** What it measures of each layer, by the layer's name. Default: nothing. */
  readonly layers?: Readonly<Record<string, Metrics>>
}

/**
 * A learning rule: one batch, one change of the weights. It is a value with its options inside (`bptt({ window: 10 })`); whatever it
 * keeps from step to step it keeps in `runtime.tensor`, so that a backend can be swapped and training resumed.
 */
export interface Learner {
  /** What tells it from others, such as 'bptt'. */
  readonly name: string
  /** It can learn from examples that have neither labels nor targets; their batches say so. Default: false. */
  readonly unlabelled?: boolean
  /** Learns from one batch: changes the weights once, and reports on the batch. */
  step(runtime: Runtime, batch: Batch): Promise<StepResult>
}
