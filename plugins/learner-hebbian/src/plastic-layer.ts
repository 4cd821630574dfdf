import type { Layer } from '@hillock/core'
import type { Events, Values } from '@hillock/core/backend'
import type { Competition } from './competition.ts'
import type { Projection } from './projections.ts'
import type { Rule, Synapses } from './rule.ts'
import type { SpikeCounts } from './spike-counts.ts'

/** What keeps weights within bounds. */
export interface Constraints {
  /** Part of every weight that is lost at each step. */
  readonly decay: number
  /** Bring each neuron's weights to unit length after each presentation. */
  readonly normalize: boolean
  /** After each batch, no weight is further from 0. */
  readonly clip: number
}

/** Who may fire in training, and who learns. */
export interface Gating {
  /**
   * Recruitment: as long as a neuron has never fired, the first of these wins the presentation and takes its imprint. Without it (or
   * homeostasis) a few neurons win everything and the others never learn. A channel of a convolution takes the imprint of one place.
   */
  readonly recruit: boolean
  /** The layer is divided among the classes, and the teacher silences the neurons of all but the label's. Not for convolutions. */
  readonly classPartition: boolean
  /**
   * Of a convolution: how many channels learn at a place in a step, the most excited of those that fired there. Ties go to the lowest. From 1.
   * Default: 1.
   */
  readonly perPlace: number
}

/** What a layer brings to a batch. */
export interface Part {
  readonly layer: Layer
  readonly rule: Rule
  readonly upkeep: Constraints
  readonly gating: Gating
  /** Absent in a layer that only listens. */
  readonly competition: Competition | undefined
  /** [units]. */
  readonly bias: Float32Array
  readonly sources: readonly SourcePart[]
  /** In how many presentations each neuron, or each channel, has fired so far; of a convolution, in how many it has learnt. */
  readonly wins: Float32Array
}

/** Weights as the batch finds them. */
export interface SourcePart extends Projection {
  /** [rows, columns]. */
  readonly weights: Values
  /** In how many presentations each of what comes in has fired so far, where that is known. */
  readonly winsBelow: Float32Array | undefined
  /** Whether it is counted here, and not by the layer below. */
  readonly countsWins: boolean
}

/** Weights that change, on the host, and what they are shown. */
export interface PlasticSource extends SourcePart {
  readonly synapses: Synapses
  /** How often each of what comes in fired in the last presentation. */
  readonly pre: SpikeCounts
}

/** A layer with all that changes in it, on the host. */
export interface PlasticLayer extends Part {
  readonly sources: readonly PlasticSource[]
  /** Of this presentation, one row a step. */
  readonly spikes: Events
  readonly counts: SpikeCounts
  /** Of a convolution: how often each neuron was among those that learn. Of other layers: `counts`. */
  readonly learners: SpikeCounts
  /** As the last step left them, [units]; of a layer that competes. */
  readonly membranes: Float32Array
  /** Who takes part in this presentation: neurons from the first up to, but without, the last. */
  taking: readonly [first: number, last: number]
  /** The neuron or channel that is recruited in this presentation, or -1. */
  recruit: number
}

/** How many places share the weights of a layer. */
export const placesOf = ({ sources }: Part): number => sources[0]!.wiring?.to.count ?? 1
