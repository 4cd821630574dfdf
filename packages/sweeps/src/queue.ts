import { setTimeout } from 'node:timers/promises'
import { giveUp, type TrainOptions, tryRun } from './attempt.ts'
import { runStatus, statusOf } from './folder.ts'
import type { Plan } from './plan.ts'
import type { Validation } from './validation.ts'

/** What hands out runs to workers on several machines. Each job is a run, called by its id; so none is there twice. */
export interface Queue {
  /** Puts jobs in that are not in yet. */
  add(ids: readonly string[]): Promise<void>
  /** How many jobs wait or are under way. */
  left(): Promise<number>
  /** Takes jobs, until `signal` is aborted and those taken have ended. */
  work(options: QueueWork): Promise<void>
  /** Tells what workers do from now on. */
  watch(options: QueueWatch): Promise<void>
  /** Closes the connection. */
  close(): Promise<void>
}

/** How a worker takes jobs. */
export interface QueueWork {
  /** How many jobs are taken side by side. */
  readonly slots: number
  /** Stops taking jobs when it is aborted. */
  readonly signal: AbortSignal
  /** Does a job: `back` returns it to the queue, and this is no failed try. `tell` reaches those who watch. */
  readonly take: (id: string, tell: (progress: object) => Promise<void>) => Promise<JobEnd>
  /** Told of a job that has failed for good: its tries are used up, or one was final, or too many workers died with it. */
  readonly onFailed: (id: string, message: string) => void
}

/** What those who watch a queue are told. */
export interface QueueWatch {
  /** A job has come further. */
  readonly onProgress: (id: string, progress: object) => void
  /** A job has ended. */
  readonly onEnd: (id: string) => void
}

/** What became of a job that was taken. */
export type JobEnd = 'done' | 'back' | { readonly message: string; readonly final: boolean }

/** Options of `runWorker`. */
export interface WorkerOptions extends TrainOptions {
  /** The queue. */
  readonly queue: Queue
  /** How many runs go on side by side. Default: 1. */
  readonly slots?: number
}

/**
 * Trains runs of a sweep that a queue hands out, until none is left. The process that calls this only looks after them: each is trained in a process
 * of its own. Throws HILLOCK_OUTPUT if the folder cannot be written; the run goes back to the queue then, for another worker.
 */
export async function runWorker(plan: Plan, options: WorkerOptions): Promise<void> {
  const { out, queue, slots = 1, onEvent = () => {} } = options
  const runs = new Map(plan.runs.map((run) => [run.id, run]))
  const over = new AbortController()
  const signal = AbortSignal.any([over.signal, ...(options.signal ? [options.signal] : [])])
  const faults: unknown[] = []
  const end = (error: unknown) => {
    faults.push(error)
    over.abort()
  }
  const take: QueueWork['take'] = async (id, tell) => {
    const run = runs.get(id)!
    try {
      const { state } = await runStatus(out, run)
      if (state === 'done' || state === 'failed') return 'done'
      const outcome = await tryRun(run, {
        ...options,
        signal,
        onEvent(event) {
          onEvent(event)
          if (event.event !== 'epoch') return
          const { epoch, validationAccuracy, validationLoss } = event
          // what cannot be told is in the folder
          tell({ epoch, validationAccuracy, validationLoss }).catch(() => {})
        },
      })
      if (outcome === 'stopped' || outcome === 'paused' || outcome === 'further') return 'back'
      if (outcome === 'done') onEvent({ event: 'end', ...(await runStatus(out, run)) })
      return outcome
    } catch (error) {
      end(error)
      return 'back'
    }
  }
  const marked: Promise<void>[] = []
  const onFailed = (id: string, message: string) => {
    const run = runs.get(id)!
    const mark = giveUp(out, run, message)
    marked.push(mark.then(() => onEvent({ event: 'end', run, state: 'failed', error: message }), end))
  }
  const work = queue.work({ slots, signal, take, onFailed })
  // told below
  work.catch(() => over.abort())
  // a run that failed is out of the queue before its folder says so
  const settled = () => Promise.all(marked)
  await whileLeft(plan, { out, queue, signal, settled }).catch(end)
  over.abort()
  await work
  if (faults.length > 0) throw faults[0]
}

/** Options of `awaitWorkers`. */
export interface WatchOptions extends Pick<TrainOptions, 'out' | 'signal' | 'onEvent'> {
  /** The queue. */
  readonly queue: Queue
}

/** Puts the runs of a sweep that are not done into a queue, and waits until workers have done them. */
export async function awaitWorkers(plan: Plan, options: WatchOptions): Promise<void> {
  const { out, queue, signal = new AbortController().signal, onEvent = () => {} } = options
  const runs = new Map(plan.runs.map((run) => [run.id, run]))
  await queue.watch({
    onProgress(id, progress) {
      const run = runs.get(id)
      if (run) onEvent({ event: 'epoch', run, ...(progress as Validation & { epoch: number }) })
    },
    onEnd(id) {
      const run = runs.get(id)
      if (run) void runStatus(out, run).then((status) => onEvent({ event: 'end', ...status }))
    },
  })
  await whileLeft(plan, { out, queue, signal, settled: async () => {} })
}

/** Keeps runs that are not done in the queue until there are none: the folder says which. A queue may forget, as Redis without persistence does. */
async function whileLeft(
  plan: Plan,
  {
    out,
    queue,
    signal,
    settled,
  }: {
    readonly out: string
    readonly queue: Queue
    readonly signal: AbortSignal
    readonly settled: () => Promise<unknown>
  },
): Promise<void> {
  const aborted = new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()))
  const open = async () => {
    await settled()
    const statuses = await statusOf(out, plan)
    return statuses.flatMap(({ run, state }) => (state === 'done' || state === 'failed' ? [] : [run.id]))
  }
  for (let ids = await open(); ids.length > 0 && !signal.aborted; ids = await open()) {
    await Promise.race([queue.add(ids), aborted])
    while (!signal.aborted && (await Promise.race([queue.left(), aborted])) !== 0)
      await setTimeout(500, undefined, { signal }).catch(() => {})
  }
}
