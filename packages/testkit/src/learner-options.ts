import type { Backend, Encoder, Learner, Loss, Neuron } from '@hillock/core'
import type { Structure } from './learner-structures.ts'
import type { Conformance } from './suite.ts'

/** Options of `learnerConformance`. */
export interface LearnerConformance extends Conformance {
  /** Title of the tests. */
  readonly name: string
  /** Creates the learner, with a learning rate for tasks of a few dozen steps. */
  readonly create: () => Learner
  /** Default: the reference backend. */
  readonly backend?: () => Backend | Promise<Backend>
  /** Sizes of the hidden layers of each network in the tests. Default: one of 24, and two of 24. */
  readonly hidden?: readonly (readonly number[])[]
  /**
   * What networks may have besides dense layers, one after another; others must be refused with HILLOCK_UNSUPPORTED.
   * Default: each structure is either trained or refused.
   */
  readonly structures?: 'all' | readonly Structure[]
  /** Neurons of all layers. Default: leaky integrate-and-fire with a wide surrogate. */
  readonly neuron?: () => Neuron
  /** Default: cross-entropy of spike counts. */
  readonly loss?: Loss
  /** Default: Poisson. */
  readonly encoder?: Encoder
  /** Epochs of three steps for the toy task. Default: 30. */
  readonly epochs?: number
  /** Accuracy to reach on examples it has not seen. Default: 0.9. */
  readonly accuracy?: number
}
