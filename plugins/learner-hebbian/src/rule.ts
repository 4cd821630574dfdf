import type { Active, LazyWeights } from './lazy-weights.ts'
import type { SpikeCounts } from './spike-counts.ts'

/** One time step of a layer, as a synapse sees it. */
export interface Moment {
  /** Inputs that fired. */
  readonly pre: Active
  /** Neurons that won; none in a layer that only listens. */
  readonly post: Active
  readonly label: number
  /** Whether the teacher makes the neuron of the label fire as well. */
  readonly taught: boolean
}

/** A presentation after its last step. */
export interface Presentation {
  readonly pre: SpikeCounts
  readonly post: SpikeCounts
  readonly label: number
  /** How far training has come, from 0 to 1. */
  readonly progress: number
}

/** A layer as a rule finds it. */
export interface Synapses {
  readonly weights: LazyWeights
  /** In how many presentations each neuron has fired, this one among them. */
  readonly wins: Float32Array
  /** The same of the layer below; none has the input. */
  readonly winsBelow: Float32Array | undefined
}

/**
 * What a time step does, as data, which WebAssembly can play: a neuron that fires loses the part `shrink` of each weight; then its weights
 * from inputs that fired grow by `right` if it is the label's, and by `wrong` if not. Where the teacher alone makes the label's neuron
 * fire, they grow by `taught`.
 */
export interface StepRule {
  readonly shrink: number
  readonly right: number
  readonly wrong: number
  readonly taught: number
}

/** A learning rule without error: what it changes depends on a synapse's own neurons, and on a teacher who tells the class. */
export interface Rule {
  readonly name: string
  /** Whether the layer's neurons compete in training; otherwise the layer only listens to what fires below. */
  readonly competes: boolean
  /** After each time step. As a function it can do anything, and the whole network is then played in plain JavaScript. */
  readonly step?: StepRule | ((synapses: Synapses, moment: Moment) => void)
  /** After each presentation. */
  readonly end?: (synapses: Synapses, presentation: Presentation) => void
}
