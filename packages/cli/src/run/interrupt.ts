import { HillockError } from '@hillock/core/errors'
import { fail, Stopped } from '../output/failure.ts'

/** npm passes on what a terminal has sent to all of its group: what comes again so soon, in ms, is the same signal. */
const echo = 200

const underWay = new Set<(reason: Error) => void>()
let stopping: { readonly since: number; readonly reason: Error } | undefined

/**
 * Lets work come to an end by itself: until `end` is called, a first signal aborts `signal` and tells that it has, a second one ends the
 * process. Without such work under way the first one does. Work that begins after a signal finds `signal` aborted.
 */
export function onInterrupt(tell: (message: string) => void = () => {}): {
  readonly signal: AbortSignal
  end(): void
} {
  const controller = new AbortController()
  const abort = (reason: Error) => {
    controller.abort(reason)
    tell(`${reason.message.split('\n')[0]}: stopping after this batch; a second signal quits at once`)
  }
  underWay.add(abort)
  if (stopping !== undefined) controller.abort(stopping.reason)
  return { signal: controller.signal, end: () => underWay.delete(abort) }
}

/** Brings the command to its end before its time. What `quits` does so at once the second time. */
function interrupt(reason: Error, quits: boolean): void {
  const now = performance.now()
  if (stopping === undefined && underWay.size > 0) {
    stopping = { since: now, reason }
    for (const abort of underWay) abort(reason)
  } else if (stopping === undefined || (quits && now - stopping.since > echo)) process.exit(fail(reason))
}

/** What a closed pipe or terminal does to others is a signal. */
const outputLost = ({ code, message }: NodeJS.ErrnoException): Error => {
  if (code === 'EPIPE') return new Stopped('SIGPIPE')
  if (code === 'EIO') return new Stopped('SIGHUP')
  return new HillockError('HILLOCK_OUTPUT', `standard output cannot be written: ${message}`, {
    hint: 'make room, or write to another place',
  })
}

/** Runs a command, and answers signals and a standard output that nobody takes any more; gives the exit code. */
export async function answering(work: () => Promise<number>): Promise<number> {
  let lost: Error | undefined
  for (const name of ['SIGHUP', 'SIGINT', 'SIGTERM'] as const)
    process.on(name, () => interrupt(new Stopped(name), true))
  // of a sweep or a worker that was killed: another one resumes this run
  process.on('disconnect', () => interrupt(new Stopped('SIGHUP'), false))
  process.channel?.unref()
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    lost ??= outputLost(error)
    interrupt(lost, false)
  })
  // nowhere is left to tell of it
  process.stderr.on('error', () => {})
  const exitCode = await work()
  // what was done to the end, but could not be told, is no success
  return exitCode === 0 && lost !== undefined ? fail(lost) : exitCode
}
