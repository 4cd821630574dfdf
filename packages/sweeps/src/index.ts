export { type AshaOptions, runAsha } from './asha.ts'
export { folderOf, givenOf, parseSweep, type Sweep, type SweptRun, sweptRuns, textOf } from './assignments.ts'
export type { Start, SweepEvent, TrainOptions } from './attempt.ts'
export {
  beginSweep,
  checkVersion,
  type RunState,
  type RunStatus,
  readPlan,
  recipeFile,
  runFolder,
  statusOf,
  writePlan,
} from './folder.ts'
export type { Search } from './plan.ts'
export { type Plan, type PlannedRun, type PlanOptions, parsePlan, planSweep, settingsText, sweepId } from './plan.ts'
export {
  awaitWorkers,
  type JobEnd,
  type Queue,
  type QueueWatch,
  type QueueWork,
  runWorker,
  type WatchOptions,
  type WorkerOptions,
} from './queue.ts'
export { drawnRuns, parseRange, type Range } from './random-search.ts'
export { type Ranked, rank, testOf } from './ranking.ts'
export { runSweep, type SweepOptions } from './run.ts'
export { nextTrial, planSearch, runPlan, type SearchOptions } from './search.ts'
export { proposeTpe, type Trial } from './tpe.ts'
export { scoreOf, type Validation } from './validation.ts'
