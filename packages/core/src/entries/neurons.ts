/**
 * Neurons: those of the field, and `neuron` to write your own from equations.
 * @module
 */

export type { Bounds, BoundsByWord, Definition, End, Surrogate } from '../equations/definition.ts'
export type { ParamValue } from '../kernel.ts'
export type { Model, ModelText } from '../model.ts'
export { type Neuron, type NeuronOptions, type NeuronText, neuron, type OptionsOf } from '../neuron.ts'
export {
  type AdaptiveLifOptions,
  type AlphaOptions,
  adaptiveLif,
  alpha,
  type Firing,
  type GradedSpikeOptions,
  gradedSpike,
  type IntegrateAndFireOptions,
  type IzhikevichOptions,
  integrateAndFire,
  izhikevich,
  type KWinnersOptions,
  kWinners,
  type LapicqueOptions,
  type LeakyIntegratorOptions,
  type LeakyOptions,
  type LifOptions,
  lapicque,
  leaky,
  leakyIntegrator,
  lif,
  linear,
  type RecurrentOptions,
  type RefractoryLifOptions,
  recurrent,
  refractoryLif,
  relu,
  type SynapticOptions,
  synaptic,
} from '../neurons/index.ts'
