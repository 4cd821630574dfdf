import type { Active, LazyWeights } from './lazy-weights.ts'
import type { SpikeCounts } from './spike-counts.ts'

/** One time step of a layer, as a synapse sees it. */
export interface Moment {
  /** Inputs that fired. */
  readonly pre: Active
  /** Neurons that won; none in a layer that only listens. */
  readonly post: Active
  /** The class of the example. */
  readonly label: number
  /** Whether the teacher makes the neuron of the label fire as well. */
  readonly taught: boolean
}

/** A presentation after its last step. Of a convolution there is one for each channel that learns. */
export interface Presentation {
  /** How often each input fired; of a convolution, the mean over the places where the channel learns. */
  readonly pre: SpikeCounts
  /** How often each neuron fired; of a convolution, how often the channel learns. */
  readonly post: SpikeCounts
  /** The class of the example. */
  readonly label: number
  /** How far training has come, from 0 to 1. */
  readonly progress: number
}

/** A layer as a rule finds it, for one of its sources. */
export interface Synapses {
  /** The weights from the source, [inputs, neurons]; of a convolution, [inputs of a place, channels]. */
  readonly weights: LazyWeights
  /** In how many presentations each neuron has fired, this one among them; of a convolution, in how many each channel has learnt. */
  readonly winCounts: Float32Array
  /** In how many each neuron of the layer below has fired; none has the input. */
  readonly winCountsBelow: Float32Array | undefined
}

/**
 * What a time step does, as data, which WebAssembly can play: a neuron that fires loses the part `shrink` of each weight; then its weights
 * from inputs that fired grow by `right` if it is the label's, and by `wrong` if not. Where the teacher alone makes the label's neuron
 * fire, they grow by `taught`.
 */
export interface StepRule {
  /** The part of each weight that a neuron loses when it fires, from 0 to 1. */
  readonly shrink: number
  /** What the weights of the label's neuron grow by. */
  readonly right: number
  /** What the weights of another neuron grow by. */
  readonly wrong: number
  /** What the weights of the label's neuron grow by where the teacher alone makes it fire. */
  readonly taught: number
}

/** A learning rule without error: what it changes depends on a synapse's own neurons, and on a teacher who tells the class. */
export interface Rule {
  /** Name of the rule. */
  readonly name: string
  /** Whether the layer's neurons compete in training; otherwise the layer only listens to what fires below. */
  readonly competes: boolean
  /**
   * After each time step. As a function it can do anything, and the whole network is then played in plain JavaScript; it takes no convolutions.
   */
  readonly step?: StepRule | ((synapses: Synapses, moment: Moment) => void)
  /** After each presentation. */
  readonly end?: (synapses: Synapses, presentation: Presentation) => void
}
