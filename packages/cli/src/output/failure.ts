import { constants } from 'node:os'
import { CommanderError } from 'commander'
import { printEvent } from './print-event.ts'
import { harmless } from './terminal.ts'

/** Thrown by a command that a signal has stopped before its end. */
export class Stopped extends Error {
  /** As a shell has it: 128 and the number of the signal. */
  readonly exitCode: number

  constructor(signal: 'SIGHUP' | 'SIGINT' | 'SIGPIPE' | 'SIGTERM') {
    super(signal)
    this.exitCode = 128 + (constants.signals[signal] ?? 13)
  }
}

interface Failure {
  readonly code: string
  readonly message: string
  readonly exitCode: number
}

/** Mistakes in what was asked for, and in equations that were given; everything else ends with exit code 1. */
const wrongUse = [
  ...['HILLOCK_USAGE', 'HILLOCK_RECIPE', 'HILLOCK_PLUGIN', 'HILLOCK_OPTION'],
  ...['HILLOCK_SYNTAX', 'HILLOCK_NAME', 'HILLOCK_EQUATION'],
]

/** What an error means to the caller; undefined where it is none, as after --help. */
function failureOf(error: unknown): Failure | undefined {
  if (error instanceof CommanderError) {
    if (error.exitCode === 0) return undefined
    if (error.code === 'commander.help') return { code: 'HILLOCK_USAGE', message: 'you gave no command', exitCode: 2 }
    const message = error.message.replace(/^error: /, '').replace(/ +$/m, '')
    return { code: 'HILLOCK_USAGE', message: `${message}\nhillock COMMAND --help lists the options`, exitCode: 2 }
  }
  if (!(error instanceof Error)) return { code: 'HILLOCK_INTERNAL', message: String(error), exitCode: 1 }
  // by its look: a plugin may bring a core of its own, with an error class of its own
  const code = 'code' in error && typeof error.code === 'string' ? error.code : ''
  if (code.startsWith('HILLOCK_')) return { code, message: error.message, exitCode: wrongUse.includes(code) ? 2 : 1 }
  const message = `${error.message.split('\n')[0]}\nset HILLOCK_DEBUG=1 to see where, and report it`
  return { code: 'HILLOCK_INTERNAL', message, exitCode: 1 }
}

/** Tells a failure: its code and what was found, then what to do. A stack trace is shown only where HILLOCK_DEBUG is set. */
function tell(failure: Failure, error: unknown, json: boolean): void {
  const { code } = failure
  const message = harmless(failure.message)
  const overProgress = process.stderr.isTTY ? '\r\u001b[K' : ''
  process.stderr.write(`${overProgress}${code}: ${message}\n`)
  if (process.env.HILLOCK_DEBUG && error instanceof Error) process.stderr.write(`${error.stack}\n`)
  if (json) printEvent('error', { code, message })
}

/** Tells what a command failed with, if it did, and gives its exit code: 0 done, 2 wrong use, 128 and more for a signal, 1 anything else. */
export function fail(error: unknown, json = process.argv.includes('--json')): number {
  if (error instanceof Stopped) return error.exitCode
  const failure = failureOf(error)
  if (failure === undefined) return 0
  tell(failure, error, json)
  return failure.exitCode
}
