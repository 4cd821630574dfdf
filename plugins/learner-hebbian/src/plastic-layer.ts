import type { Layer } from '@hillock/core'
import type { Population } from './population.ts'
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

/** A layer with all that changes in it, on the host. */
export interface PlasticLayer {
  readonly layer: Layer
  readonly rule: Rule
  readonly upkeep: Upkeep
  readonly gating: Gating
  readonly synapses: Synapses
  /** Absent in a layer that only listens. */
  readonly population: Population | undefined
  /** Of this presentation. */
  readonly counts: SpikeCounts
  /** The neuron that is recruited in this presentation, or -1. */
  recruit: number
}
