/**
 * Optimizers and schedules of their learning rate; `optimizer` writes your own from equations.
 * @module
 */

export { type AdamOptions, adam, adamW } from '../optimizers/adam.ts'
export { type AdamaxOptions, adamax } from '../optimizers/adamax.ts'
export { type Optimizer, type OptimizerOptions, type OptimizerText, optimizer } from '../optimizers/optimizer.ts'
export { type RmsPropOptions, rmsProp } from '../optimizers/rms-prop.ts'
export { type CosineOptions, cosine, perEpoch, type Schedule, type TrainingProgress } from '../optimizers/schedule.ts'
export { type SgdOptions, sgd } from '../optimizers/sgd.ts'
