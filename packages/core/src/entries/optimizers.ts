/**
 * Optimizers and schedules of their learning rate; `optimizer` writes your own from equations.
 * @module
 */

export { type AdamOptions, adam, adamW } from '../optimizers/adam.ts'
export { type AdamaxOptions, adamax } from '../optimizers/adamax.ts'
export {
  type CosineOptions,
  cosine,
  type LrSchedule,
  perEpoch,
  type TrainingProgress,
} from '../optimizers/lr-schedule.ts'
export {
  type Optimizer,
  type OptimizerAliases,
  type OptimizerOptions,
  type OptimizerText,
  optimizer,
} from '../optimizers/optimizer.ts'
export { type RmsPropOptions, rmsProp } from '../optimizers/rms-prop.ts'
export { type SgdOptions, sgd } from '../optimizers/sgd.ts'
