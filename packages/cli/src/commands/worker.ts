import { runWorker } from '@hillock/sweeps'
import { tellEvents } from '../output/sweep-events.ts'
import { liveLine } from '../output/terminal.ts'
import { onInterrupt } from '../run/interrupt.ts'
import { openQueue } from '../run/queue.ts'
import { startHillock, trainArgs } from '../run/train-process.ts'
import { checkTogether, planOf } from './sweep.ts'

export interface WorkerCommand {
  readonly out: string
  readonly slots?: number
  readonly lostAfter?: number
  readonly data?: string
  readonly tensorboard?: boolean
  readonly json?: boolean
}

/**
 * Trains runs of a sweep that a queue hands out, until none is left. A signal makes those under way write their checkpoints, and returns them to the
 * queue. Throws HILLOCK_USAGE if the folder holds no sweep, if the sweep compares its runs while they are trained, or if another version of hillock
 * began it; and what `openQueue` and `runWorker` throw.
 */
export async function worker(url: string, options: WorkerCommand): Promise<void> {
  const { out, slots = 1, lostAfter, json } = options
  const plan = await planOf(out)
  checkTogether(plan, { workers: url })
  const queue = await openQueue(url, plan, lostAfter)
  const live = liveLine(process.stderr)
  const { signal, end } = onInterrupt((message) => live.show(message, 'at once'))
  const onEvent = tellEvents(plan.runs.length, json, live)
  try {
    await runWorker(plan, {
      out,
      queue,
      slots,
      start: startHillock,
      args: trainArgs(plan, slots, options),
      signal,
      onEvent,
    })
  } finally {
    live.clear()
    end()
    await queue.close()
  }
  signal.throwIfAborted()
}
