import type { Tensor } from '../backend.ts'
import type { Targets } from '../losses/targets.ts'
import type { Layer, Source } from '../network/layer.ts'
import type { TrainingProgress } from '../optimizers/lr-schedule.ts'

/** Encoded input with what is to be learnt about it. */
export interface Batch {
  /** [T, B, inputs], or [1, B, inputs] for a constant current. */
  readonly input: Tensor
  /** [B], the class of each example; empty where there are targets, zeros where there are neither. */
  readonly labels: ArrayLike<number>
  /** There are neither labels nor targets: losses mean nothing. Default: false. */
  readonly unlabelled?: boolean
  /** What the outputs should give, where that is not a class. */
  readonly targets?: Targets
  /** Time steps T. */
  readonly steps: number
  /** Samples B. */
  readonly size: number
  /** The input is a current that does not change: it is added to others last, so that a step alone gives the bits of all. Default: false. */
  readonly still?: boolean
  /** Of a part of a longer batch: the step that its first one is, a multiple of 16; 0. */
  readonly from?: number
  /** Of a part of a larger batch: the sample that its first one is. Default: 0. */
  readonly sample?: number
  /** Where training stands; what learning-rate schedules go by. */
  readonly progress: TrainingProgress
}

/** What was kept of a layer, by name: [T, B, N]. */
export interface Kept {
  /** What was kept of a state or a recorded value, by its name. */
  readonly [name: string]: Tensor
  /**
   * Names of 0.1.
   * @deprecated Write `kept.v`.
   */
  readonly [name: `${'state' | 'record'}:${string}`]: Tensor
}

/** What a layer did with a batch. */
export interface LayerPass {
  /** The layer that ran. */
  readonly layer: Layer
  /** The batch that it ran with. */
  readonly batch: Batch
  /** What came in by the first source: [T, B, inputs] or [1, B, inputs]. */
  readonly input: Tensor
  /** What each source was given. */
  readonly fed: readonly Fed[]
  /** The currents, by name: [T, B, N] or [1, B, N]. */
  readonly currents: Readonly<Record<string, Tensor>>
  /** What went out: [T, B, N]. */
  readonly spikes: Tensor
  /** Where the adjoint of the spikes has an effect, as spikes [T, B, N]; undefined where that is everywhere, or nothing is learnt. */
  readonly activeMask: Tensor | undefined
  /** What was kept of states and recorded values, by name: [T, B, N]. */
  readonly kept: Kept
  /** What neurons have multiplied by a matrix within each step, for learning: [T, B, N]. */
  readonly products: Readonly<Record<string, Tensor>>
  /** States before the first step, where they were not the neurons' own: [B, N]. */
  readonly initial?: Readonly<Record<string, Tensor>>
}

/** What a source was given in a pass. */
export interface Fed {
  /** The source that it is of. */
  readonly source: Source
  /** What came into each of its connections, of a convolution and sums behind it into the first, and the current: [T, B, N], or [1, B, N] where it is the same at every step. */
  readonly values: readonly Tensor[]
  /** What is kept by those of its connections that drop values in training, at their places. Default: everything. */
  readonly masks?: readonly (Tensor | undefined)[]
  /** What those of its connections that normalize values did so by in training, at their places. */
  readonly norms?: readonly (Statistics | undefined)[]
  /** What came into those of its connections that delay, and before the span, at their places. */
  readonly late?: readonly (Late | undefined)[]
  /** Spikes where the adjoint of what came in has an effect. Undefined: everywhere. */
  readonly activeMask: Tensor | undefined
}

/** What came into a connection with delays, where time is run span by span. */
export interface Late {
  /** What a carry calls it by. */
  readonly name: string
  /** The last steps before the span, as many as the longest delay, and those of the span: [lag + T, B, N]. Undefined where nothing is carried. */
  readonly values: Tensor | undefined
}

/** What values were normalized by, for the way back: for each channel, [C], or for each step and channel, [T, C]. */
export interface Statistics {
  readonly mean: Tensor
  /** 1 / sqrt(variance + epsilon). */
  readonly inverse: Tensor
  /** The weight, times that. */
  readonly scale: Tensor
}

/** What is looked at when a step is over. */
export interface Watched {
  /** Its sum is wanted. */
  readonly tensor: Tensor
  readonly reason: string
  /** Whose pass tells more; undefined where that has ended. */
  readonly pass: LayerPass | undefined
}
