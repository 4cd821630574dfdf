import { checkOptions, is } from '@hillock/core/options'
import { Queue as BullQueue, QueueEvents, UnrecoverableError, WaitingError, Worker } from 'bullmq'
import { type Connection, connect, timeLimit } from './connection.ts'
import type { Queue, QueueWork } from './queue.ts'

/** Options of `bullmq`. */
export interface BullmqOptions {
  /** Where Redis or Valkey is: `redis://host:6379`, `rediss://user:password@host:6380/1`, or `unix:///run/redis.sock`. */
  readonly url: string
  /** The queue's name. Default: `hillock`. */
  readonly name?: string
  /** After so long without a sign of life, in seconds, a worker is taken for dead and others get its jobs. From 1. Default: 30. */
  readonly lostAfter?: number
}

/** A job that was failed so often is left alone; returned ones are not counted. */
const attempts = 3

/** How many workers may die with a job before it is failed: machines that are taken away are no fault of a run. */
const maxStalledCount = 100

const isName = (value: unknown) =>
  /^[\w.-]+$/.test(String(value)) && typeof value === 'string' ? undefined : 'give a text of letters, digits, - and _'

// BullMQ takes no id of digits alone, and some hashes are
const jobOf = (id: string) => `run-${id}`
const idOf = (job: string | undefined) => job?.slice('run-'.length) ?? ''

/**
 * A queue of runs in Redis, by BullMQ: each job is a run, under its id, so that it is there once, and is handed out until it is done. Throws HILLOCK_QUEUE
 * if Redis does not answer, HILLOCK_OPTION or HILLOCK_RANGE if an option is wrong.
 */
export async function bullmq(options: BullmqOptions): Promise<Queue> {
  checkOptions('bullmq', options, { url: is.text, name: isName, lostAfter: is.number(1, 86_400) }, ['url'])
  const { url, name = 'hillock', lostAfter = 30 } = options
  const connection = await connect(url)
  const queue = new BullQueue(name, { connection })
  quiet(queue)
  const watching: { readonly events: QueueEvents; readonly by: Connection }[] = []
  return {
    async add(ids) {
      const opts = { attempts, removeOnComplete: true, removeOnFail: true }
      await queue.addBulk(ids.map((id) => ({ name: 'run', data: {}, opts: { ...opts, jobId: jobOf(id) } })))
    },
    async left() {
      const counts = await queue.getJobCounts('active', 'delayed', 'prioritized', 'wait')
      return Object.values(counts).reduce((sum, count) => sum + count, 0)
    },
    work: (work) => workOn(name, connection, lostAfter, work),
    async watch({ onProgress, onEnd }) {
      const by = connection.duplicate()
      const events = new QueueEvents(name, { connection: by })
      watching.push({ events, by })
      quiet(events)
      events.on('progress', ({ jobId, data }) => onProgress(idOf(jobId), Object(data)))
      events.on('completed', ({ jobId }) => onEnd(idOf(jobId)))
      events.on('failed', ({ jobId }) => onEnd(idOf(jobId)))
      await events.waitUntilReady()
    },
    async close() {
      await timeLimit(Promise.all([queue, ...watching.map(({ events }) => events)].map((one) => one.close())))
      for (const one of [connection, ...watching.map(({ by }) => by)]) one.disconnect()
    },
  }
}

async function workOn(name: string, connection: Connection, lostAfter: number, work: QueueWork): Promise<void> {
  const { slots, signal, take, onFailed } = work
  const under = new Set<Promise<unknown>>()
  const lockDuration = Math.round(1000 * lostAfter)
  const worker = new Worker(
    name,
    async (job, token) => {
      const taken = take(idOf(job.id), (progress) => job.updateProgress(progress))
      under.add(taken)
      const end = await taken.finally(() => under.delete(taken))
      if (end === 'done') return
      if (end === 'back') {
        await job.moveToWait(token)
        throw new WaitingError()
      }
      throw end.final ? new UnrecoverableError(end.message) : new Error(end.message)
    },
    {
      connection,
      autorun: false,
      concurrency: slots,
      lockDuration,
      stalledInterval: Math.max(500, lockDuration / 2),
      maxStalledCount,
      drainDelay: 1,
    },
  )
  quiet(worker)
  worker.on('failed', (job, error) => {
    // one with tries left waits for the next one
    if (job?.finishedOn !== undefined) onFailed(idOf(job.id), error.message)
  })
  const running = worker.run()
  await new Promise<void>((resolve, reject) => {
    if (signal.aborted) resolve()
    signal.addEventListener('abort', () => resolve())
    running.catch(reject)
  })
  await worker.pause(true)
  await Promise.allSettled(under)
  await timeLimit(worker.close())
}

/** Losing the connection is no end: it is taken up again, and what is due is sent then. An event `error` that nobody hears would end the process. */
function quiet(emitter: { on(event: 'error', listener: () => void): unknown }): void {
  emitter.on('error', () => {})
}
