import type { Layer } from '@hillock/core'
import type { Events, Values } from '@hillock/core/backend'
import type { Competition } from './competition.ts'
import type { Rule, Synapses } from './rule.ts'
import type { SpikeCounts } from './spike-counts.ts'

/** What keeps weights within bounds. */
export interface Upkeep {
  /** Part of every weight that is lost at each step. */
  readonly decay: number
  /** Bring each neuron's weights to unit length after each presentation. */
  readonly normalize: boolean
  /** After each batch, no weight is further from 0. */
  readonly clip: number
}

/** Who may fire in training. */
export interface Gating {
  /**
   * Recruitment: as long as a neuron has never fired, the first of these wins the presentation and takes its imprint. Without it (or
   * homeostasis) a few neurons win everything and the others never learn.
   */
  readonly recruit: boolean
  /** The layer is divided among the classes, and the teacher silences the neurons of all but the label's. */
  readonly byClass: boolean
}

/** What a layer brings to a batch. */
export interface Part {
  readonly layer: Layer
  readonly rule: Rule
  readonly upkeep: Upkeep
  readonly gating: Gating
  /** Absent in a layer that only listens. */
  readonly competition: Competition | undefined
  /** [units]. */
  readonly bias: Float32Array
  /** [inputs, units], as the batch finds them. */
  readonly weights: Values
  /** In how many presentations each neuron has fired so far. */
  readonly wins: Float32Array
}

/** A layer with all that changes in it, on the host. */
export interface PlasticLayer extends Part {
  readonly synapses: Synapses
  /** Of this presentation, one row a step. */
  readonly spikes: Events
  readonly counts: SpikeCounts
  /** As the last step left them, [units]; of a layer that competes. */
  readonly membranes: Float32Array
  /** Who takes part in this presentation: neurons from the first up to, but without, the last. */
  taking: readonly [first: number, last: number]
  /** The neuron that is recruited in this presentation, or -1. */
  recruit: number
}
