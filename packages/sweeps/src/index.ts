export { folderOf, givenOf, parseSweep, type Sweep, type SweptRun, sweptRuns, textOf } from './assignments.ts'
export {
  beginSweep,
  checkVersion,
  type RunState,
  type RunStatus,
  readPlan,
  recipeFile,
  runFolder,
  statusOf,
} from './folder.ts'
export { type Plan, type PlannedRun, type PlanOptions, parsePlan, planSweep, settingsText } from './plan.ts'
export { drawnRuns, parseRange, type Range } from './random-search.ts'
export { type Ranked, rank, testOf } from './ranking.ts'
export { runSweep, type Start, type SweepEvent, type SweepOptions } from './run.ts'
