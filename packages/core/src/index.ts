export type { Backend, BackendSupports, MatmulOptions, RandomKey, Tensor, Values } from './backend.ts'
export { type CheckedBackend, checked } from './checked.ts'
export { constant } from './encoders/constant.ts'
export { type DeltaOptions, delta } from './encoders/delta.ts'
export { encode } from './encoders/encode.ts'
export { checkRange, type Encoder, type EncoderText, encoder } from './encoders/encoder.ts'
export { type LatencyOptions, latency } from './encoders/latency.ts'
export { noise } from './encoders/noise.ts'
export { poisson, type RateOptions } from './encoders/poisson.ts'
export { regularRate } from './encoders/regular-rate.ts'
export { type Compiled, compile, type Definition } from './equations/compile.ts'
export { differentiate, reverse } from './equations/differentiate.ts'
export { elementary } from './equations/elementary.ts'
export type { Node, Program } from './equations/graph.ts'
export { interpret } from './equations/interpret.ts'
export type { Surrogate } from './equations/lower.ts'
export { suggestion } from './equations/text.ts'
export { type ErrorCode, HillockError } from './errors.ts'
export { evaluateSchedule, evaluateSetup, type Kernel, type Kernels, kernels, type ParamValue } from './kernel.ts'
export { type CrossEntropyOptions, crossEntropy, type Reduce } from './losses/cross-entropy.ts'
export { type FiringRate, firingRate } from './losses/firing-rate.ts'
export type { Evaluated, Loss, LossShape } from './losses/loss.ts'
export { type MeanSquaredErrorOptions, meanSquaredError } from './losses/mean-squared-error.ts'
export { negativeLogLikelihood } from './losses/negative-log-likelihood.ts'
export { type Neuron, type NeuronOptions, type NeuronText, neuron, type OptionsOf } from './neuron.ts'
export {
  type AdaptiveLifOptions,
  type AlphaOptions,
  adaptiveLif,
  alpha,
  type Firing,
  gradedSpike,
  type IntegrateAndFireOptions,
  type IzhikevichOptions,
  integrateAndFire,
  izhikevich,
  type LapicqueOptions,
  type LeakyOptions,
  type LifOptions,
  lapicque,
  leaky,
  leakyIntegrator,
  lif,
  linear,
  refractoryLif,
  relu,
  type SynapticOptions,
  synaptic,
} from './neurons/index.ts'
export { type Generator, generator, type Stream, stream, uniform } from './random/index.ts'
export { reference } from './reference/backend.ts'
export { oracle } from './reference/oracle.ts'
export { readSafetensors, type Safetensors, type SavedTensor, writeSafetensors } from './safetensors.ts'
export {
  arctan,
  boxcar,
  fastSigmoid,
  gaussian,
  sigmoid,
  straightThrough,
  surrogateFunction,
  triangular,
} from './surrogates.ts'
