import { giveUp, type TrainOptions, tryRun } from './attempt.ts'
import { runStatus } from './folder.ts'
import type { Plan, PlannedRun } from './plan.ts'

/** Options of `runSweep`. */
export interface SweepOptions extends TrainOptions {
  /** How many runs go on side by side. Default: 1. */
  readonly jobs?: number
  /** Which runs are this process's own, by their place in the list. Default: all. */
  readonly mine?: (index: number) => boolean
}

/** How often a run is tried without coming further, unless it ends with code 2, which stands for a mistake in what was asked. */
const attempts = 3

/**
 * Trains the runs that are not done, each in a process of its own. Runs that were stopped, however that was, go on from their checkpoints and end
 * with the bits of a run never stopped; those that are done are left as they are. Throws HILLOCK_OUTPUT if the folder cannot be written.
 */
export async function runSweep({ runs }: Plan, options: SweepOptions): Promise<void> {
  const { out, jobs = 1, mine = () => true, signal, onEvent = () => {} } = options
  const waiting = runs.filter((_, index) => mine(index))
  const fault = new AbortController()
  const stop = AbortSignal.any([fault.signal, ...(signal ? [signal] : [])])
  const work = async () => {
    for (let run = waiting.shift(); run !== undefined && !stop.aborted; run = waiting.shift()) {
      const { state } = await runStatus(out, run)
      if (state === 'done' || state === 'failed') continue
      await trained(run, { ...options, signal: stop })
      onEvent({ event: 'end', ...(await runStatus(out, run)) })
    }
  }
  const ends = Array.from({ length: jobs }, () =>
    work().catch((error: unknown) => {
      fault.abort()
      throw error
    }),
  )
  const failed = (await Promise.allSettled(ends)).find(({ status }) => status === 'rejected')
  if (failed) throw (failed as PromiseRejectedResult).reason
}

/** Tries a run until it is done, paused or stopped, or has failed for good. */
export async function trained(run: PlannedRun, options: TrainOptions): Promise<void> {
  for (let tried = 1; ; tried++) {
    const outcome = await tryRun(run, options)
    if (outcome === 'done' || outcome === 'stopped' || outcome === 'paused') return
    if (outcome === 'further') tried = 0
    else if (outcome.final || tried >= attempts) return giveUp(options.out, run, outcome.message)
  }
}
