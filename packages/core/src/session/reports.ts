import type { Metrics } from '../learner.ts'
import type { Warning } from '../metrics.ts'
import type { Part } from '../runtime/runtime.ts'

/** What `onBatch` gets after each batch. */
export interface BatchProgress {
  /** Number of the epoch, counted as in its report. */
  readonly epoch: number
  /** Number of the last epoch. */
  readonly epochs: number
  /** Batches of the epoch done so far. */
  readonly batch: number
  /** Batches of an epoch. */
  readonly batches: number
  /** Mean over the epoch so far. */
  readonly loss: number
  /** Share of examples classified correctly in the epoch so far, from 0 to 1. */
  readonly accuracy: number
  /** Milliseconds of this batch. */
  readonly milliseconds: number
  /** Milliseconds of each part of this batch. */
  readonly parts: Readonly<Record<Part, number>>
}

/** Report of one epoch. Means cover the examples trained on by this call: fewer than the whole epoch if training was stopped or resumed within it. */
export interface EpochReport {
  /** Number of the epoch, from 1. */
  readonly epoch: number
  /** NaN if the training examples have neither labels nor targets. */
  readonly trainLoss: number
  /** NaN, and undefined on other examples, where they have no labels. */
  readonly trainAccuracy: number
  /** Mean loss on the validation set; undefined without one. */
  readonly validationLoss?: number | undefined
  /** Share of the validation set classified correctly, from 0 to 1; undefined without one. */
  readonly validationAccuracy: number | undefined
  /** Undefined without a test set, and after an epoch that is not tested, like `testAccuracy`. */
  readonly testLoss?: number | undefined
  /** Share of the test set classified correctly, from 0 to 1. */
  readonly testAccuracy: number | undefined
  /** How long the epoch took, with its evaluations. */
  readonly seconds: number
  /** Spikes per neuron and step in training, of the input and each layer. */
  readonly density: readonly number[]
  /** For each sample. */
  readonly synapticOperations: number
  /** What looks wrong: layers that are silent or saturated, tensors that nothing used. */
  readonly warnings: readonly Warning[]
  /** Measurements of the learner; undefined if it measures nothing. */
  readonly metrics?: Metrics
  /** Measurements of the learner for each layer, by its name; undefined if it measures nothing. */
  readonly layers?: Readonly<Record<string, Metrics>>
}
