export type {
  Backend,
  BackendClock,
  BackendSupports,
  Events,
  LargestAdjoint,
  MapBindings,
  MatmulOptions,
  RandomKey,
  ReverseBindings,
  ScanBindings,
  Tensor,
  Values,
} from './backend.ts'
export { type CheckedBackend, checked } from './checked.ts'
export { type Checkpoint, readCheckpoint, writeCheckpoint } from './checkpoint.ts'
export { type BatchNormOptions, batchNorm } from './connections/batch-norm.ts'
export {
  type Connection,
  type Dropped,
  type Link,
  type Normalized,
  type Shape,
  share,
  type WeightOptions,
} from './connections/connection.ts'
export { type Conv, type ConvOptions, conv1d, conv2d, conv3d } from './connections/conv.ts'
export { type Delays, delayed } from './connections/delayed.ts'
export { type Dense, type DenseOptions, dense } from './connections/dense.ts'
export { type DropoutOptions, dropout } from './connections/dropout.ts'
export { flatten, identity, oneToOne } from './connections/each.ts'
export { avgPool, maxPool, type Pool, type PoolOptions, sumPool } from './connections/pool.ts'
export { type SparseOptions, sparse } from './connections/sparse.ts'
export type { Window } from './connections/window.ts'
export { nearestWhole, wholeSteps } from './counts.ts'
export { constant } from './encoders/constant.ts'
export { type DeltaOptions, delta } from './encoders/delta.ts'
export { encode } from './encoders/encode.ts'
export { checkRange, type Encoder, type EncoderText, encoder } from './encoders/encoder.ts'
export { type LatencyOptions, latency } from './encoders/latency.ts'
export { noise } from './encoders/noise.ts'
export { poisson, type RateOptions } from './encoders/poisson.ts'
export { regularRate } from './encoders/regular-rate.ts'
export { inputsOf, layOut, rows } from './encoders/rows.ts'
export { spikes } from './encoders/spikes.ts'
export { alarmName } from './equations/alarm.ts'
export { type Compiled, compile } from './equations/compile.ts'
export type { Bounds, BoundsByWord, Definition, End, Surrogate } from './equations/definition.ts'
export { differentiate, reverse } from './equations/differentiate.ts'
export { type Draw, separateDraws } from './equations/draws.ts'
export { elementary } from './equations/elementary.ts'
export { type Explained, explain } from './equations/explain.ts'
export type { Node, Program } from './equations/graph.ts'
export { type InterpretOptions, interpret } from './equations/interpret.ts'
export { type LayerCall, type Phase, splitPhases } from './equations/phases.ts'
export { constantTransition } from './equations/transition.ts'
export { choices, type ErrorCode, HillockError, suggestion } from './errors.ts'
export { type Fans, type Initializer, type InitializerName, initialize } from './initializers.ts'
export { evaluateSchedule, evaluateSetup, type Kernel, type Kernels, kernels, type ParamValue } from './kernel.ts'
export type { Learner, Metrics, StepResult } from './learner.ts'
export { type CrossEntropyOptions, crossEntropy, type Reduce } from './losses/cross-entropy.ts'
export { type FiringRate, type FiringRateOptions, firingRate } from './losses/firing-rate.ts'
export type { Evaluated, Loss, LossShape } from './losses/loss.ts'
export { type MeanSquaredErrorOptions, meanSquaredError } from './losses/mean-squared-error.ts'
export { negativeLogLikelihood } from './losses/negative-log-likelihood.ts'
export type { Targets } from './losses/targets.ts'
export type { Warning } from './metrics.ts'
export type { Model, ModelText } from './model.ts'
export { checkDense } from './network/dense-only.ts'
export {
  type From,
  type Input,
  network,
  neurons,
  type Population,
  type PopulationOptions,
  type SourceOptions,
  type SourceText,
} from './network/graph.ts'
export {
  type Layer,
  lastingOf,
  type Network,
  type Parameter,
  parametersOf,
  type Source,
  type SourcePart,
  weightNames,
} from './network/layer.ts'
export { sequential } from './network/sequential.ts'
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
  type KWinnersOptions,
  kWinners,
  type LapicqueOptions,
  type LeakyOptions,
  type LifOptions,
  lapicque,
  leaky,
  leakyIntegrator,
  lif,
  linear,
  type RecurrentOptions,
  recurrent,
  refractoryLif,
  relu,
  type SynapticOptions,
  synaptic,
} from './neurons/index.ts'
export { type AdamOptions, adam, adamW } from './optimizers/adam.ts'
export { adamax } from './optimizers/adamax.ts'
export {
  type Optimizer,
  type OptimizerOptions,
  type OptimizerText,
  optimizer,
  stepValues,
  updateTensors,
} from './optimizers/optimizer.ts'
export { rmsProp } from './optimizers/rms-prop.ts'
export { type CosineOptions, cosine, perEpoch, type Schedule, type TrainingProgress } from './optimizers/schedule.ts'
export { type SgdOptions, sgd } from './optimizers/sgd.ts'
export { type Check, checkOptions, checkValue, is } from './options.ts'
export { type BoundLeaf, boundLeaves, type Place, placeOf } from './places.ts'
export { bernoulliBlock, type Generator, generator, keyWord, type Stream, stream, uniform } from './random/index.ts'
export { reference } from './reference/backend.ts'
export { type OracleOptions, oracle } from './reference/oracle.ts'
export { type Activity, activityOf, type Counted, type Counter, counted } from './runtime/activity.ts'
export { addTo } from './runtime/added.ts'
export {
  type AdjointOptions,
  type Adjoints,
  adjoints,
  type Backward,
  type BackwardOptions,
  backward,
  errorOf,
  type Gradients,
  inputAdjoint,
  type LayerGradients,
  layerGradients,
  type OutputError,
  outputError,
  type Signals,
  wantedOf,
} from './runtime/backward.ts'
export { type Carry, newCarry } from './runtime/carry.ts'
export { type Classified, classify } from './runtime/classify.ts'
export { carry, currentOf, type Given, gradientOf } from './runtime/connections.ts'
export { type CarryOptions, carryError, type ErrorTerm, feedbackWeights, layeredFeedback } from './runtime/feedback.ts'
export { type ForwardOptions, forward, outputName, sliced } from './runtime/forward.ts'
export type { Ends, Reach } from './runtime/late.ts'
export { inLastSteps, overTime } from './runtime/over-time.ts'
export type { Batch, Fed, Kept, Late, LayerPass } from './runtime/pass.ts'
export { type Output, type RatePenalties, type RatePenalty, ratePenalties, ratePenalty } from './runtime/rates.ts'
export { productsOf, recurrentGradient } from './runtime/recurrence.ts'
export {
  createRuntime,
  type DisposeOptions,
  type Part,
  type Runtime,
  type RuntimeControl,
} from './runtime/runtime.ts'
export { type SendBackOptions, type SendDownOptions, sendBack, sendDown } from './runtime/send-back.ts'
export type { Snapshot } from './runtime/snapshot.ts'
export type { CarryTo, Feedback } from './runtime/through.ts'
export { type ThroughOptions, throughLayers } from './runtime/through-layers.ts'
export { update } from './runtime/update.ts'
export { readSafetensors, type Safetensors, type SavedTensor, writeSafetensors } from './safetensors/index.ts'
export type { Evaluation, Prediction } from './session/evaluate.ts'
export type { Dataset, ExampleSource, Examples, Images, Read, Targeted } from './session/examples.ts'
export { digest } from './session/run.ts'
export { createSession, type Session, type SessionOptions } from './session/session.ts'
export type { SessionStream, StepOptions, StreamOptions, StreamStep } from './session/stream.ts'
export type { BatchProgress, EpochReport, TrainOptions } from './session/train.ts'
export type { Augment, Counters, Run } from './session/work.ts'
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
export { type AddPair, longestLag, reversed, type Sites, type Wiring, weightsOf, wiring } from './wiring.ts'
