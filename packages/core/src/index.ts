export type { Backend } from './backend.ts'
export { type Checkpoint, readCheckpoint, writeCheckpoint } from './checkpoint.ts'
export { batchNorm } from './connections/batch-norm.ts'
export type { Shape } from './connections/connection.ts'
export { conv2d } from './connections/conv.ts'
export { dense } from './connections/dense.ts'
export { dropout } from './connections/dropout.ts'
export { flatten } from './connections/each.ts'
export { avgPool, maxPool, sumPool } from './connections/pool.ts'
export { constant } from './encoders/constant.ts'
export { encode } from './encoders/encode.ts'
export { type Encoder, encoder } from './encoders/encoder.ts'
export { latency } from './encoders/latency.ts'
export { poisson } from './encoders/poisson.ts'
export { rows } from './encoders/rows.ts'
export { spikes } from './encoders/spikes.ts'
export { type Explained, explain } from './equations/explain.ts'
export { type ErrorCode, HillockError } from './errors.ts'
export type { ParamValue } from './kernel.ts'
export type { Learner, Metrics } from './learner.ts'
export { crossEntropy } from './losses/cross-entropy.ts'
export { firingRate } from './losses/firing-rate.ts'
export type { Loss } from './losses/loss.ts'
export { meanSquaredError } from './losses/mean-squared-error.ts'
export type { Targets } from './losses/targets.ts'
export type { Warning } from './metrics.ts'
export { network, neurons } from './network/graph.ts'
export type { Layer, Network } from './network/layer.ts'
export { sequential } from './network/sequential.ts'
export { type Neuron, neuron, type OptionsOf } from './neuron.ts'
export { adaptiveLif, leaky, leakyIntegrator, lif, recurrent, synaptic } from './neurons/index.ts'
export { adam } from './optimizers/adam.ts'
export type { Optimizer } from './optimizers/optimizer.ts'
export { cosine } from './optimizers/schedule.ts'
export { sgd } from './optimizers/sgd.ts'
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
export { arctan, fastSigmoid } from './surrogates.ts'
