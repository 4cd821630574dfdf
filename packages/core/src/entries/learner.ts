/**
 * What a learning rule is written with: the runtime, forward and backward passes, feedback, and the update of weights.
 * @module
 */

export type { Backend, Tensor } from '../backend.ts'
export type { Learner, Metrics, StepResult } from '../learner.ts'
export type { Loss } from '../losses/loss.ts'
export type { Warning } from '../metrics.ts'
export { checkDense } from '../network/dense-only.ts'
export type { Layer, Network } from '../network/layer.ts'
export { type Optimizer, stepValues, updateTensors } from '../optimizers/optimizer.ts'
export { type Activity, activityOf, type Counted, type Counter, counted } from '../runtime/activity.ts'
export { addTo } from '../runtime/added.ts'
export {
  type AdjointOptions,
  type Adjoints,
  adjoints,
  type Backward,
  type BackwardOptions,
  backward,
  type Gradients,
  inputAdjoint,
  type LayerGradients,
  layerGradients,
} from '../runtime/backward.ts'
export { type Carry, newCarry } from '../runtime/carry.ts'
export { type Classified, classify } from '../runtime/classify.ts'
export { carry, currentOf, type Given, gradientOf } from '../runtime/connections.ts'
export { type CarryOptions, carryError, type ErrorTerm, feedbackWeights, layeredFeedback } from '../runtime/feedback.ts'
export { type ForwardOptions, forward, outputName, sliced } from '../runtime/forward.ts'
export type { Ends, Reach } from '../runtime/late.ts'
export { neuronGradients } from '../runtime/neuron-gradients.ts'
export { errorOf, type OutputError, outputError, type Signals, wantedOf } from '../runtime/output-error.ts'
export { inLastSteps, overTime } from '../runtime/over-time.ts'
export type { Batch, Fed, Kept, Late, LayerPass } from '../runtime/pass.ts'
export { type Output, type RatePenalties, type RatePenalty, ratePenalties, ratePenalty } from '../runtime/rates.ts'
export { productsOf, recurrentGradient } from '../runtime/recurrence.ts'
export { createRuntime, type DisposeOptions, type Part, type Runtime, type RuntimeControl } from '../runtime/runtime.ts'
export { type SendBackOptions, type SendDownOptions, sendBack, sendDown } from '../runtime/send-back.ts'
export type { Snapshot } from '../runtime/snapshot.ts'
export type { CarryTo, Feedback } from '../runtime/through.ts'
export { type ThroughOptions, throughLayers } from '../runtime/through-layers.ts'
export { update } from '../runtime/update.ts'
