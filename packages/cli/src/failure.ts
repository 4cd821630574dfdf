import { CommanderError } from 'commander'
import { printEvent } from './programs.ts'
import { harmless } from './terminal.ts'

export interface Failure {
  readonly code: string
  readonly message: string
  readonly exitCode: number
}

/** Mistakes in what was asked for; everything else ends with exit code 1. */
const wrongUse = ['HILLOCK_USAGE', 'HILLOCK_RECIPE', 'HILLOCK_PLUGIN', 'HILLOCK_OPTION']

/** What an error means to the caller; undefined where it is none, as after --help. */
export function failureOf(error: unknown): Failure | undefined {
  if (error instanceof CommanderError) {
    if (error.exitCode === 0) return undefined
    if (error.code === 'commander.help') return { code: 'HILLOCK_USAGE', message: 'no command was given', exitCode: 2 }
    const message = error.message.replace(/^error: /, '')
    return { code: 'HILLOCK_USAGE', message: `${message}\nhillock COMMAND --help lists the options`, exitCode: 2 }
  }
  if (!(error instanceof Error)) return { code: 'HILLOCK_INTERNAL', message: String(error), exitCode: 1 }
  // by its look: a plugin may bring a core of its own, with an error class of its own
  const code = 'code' in error && typeof error.code === 'string' ? error.code : ''
  if (code.startsWith('HILLOCK_')) return { code, message: error.message, exitCode: wrongUse.includes(code) ? 2 : 1 }
  const message = `${error.message}\nset HILLOCK_DEBUG=1 to see where, and report it`
  return { code: 'HILLOCK_INTERNAL', message, exitCode: 1 }
}

/** Tells a failure: its code and what was found, then what to do. A stack trace is shown only where HILLOCK_DEBUG is set. */
export function tell(failure: Failure, error: unknown, json: boolean): void {
  const { code } = failure
  const message = harmless(failure.message)
  const overProgress = process.stderr.isTTY ? '\r\u001b[K' : ''
  process.stderr.write(`${overProgress}${code}: ${message}\n`)
  if (process.env.HILLOCK_DEBUG && error instanceof Error) process.stderr.write(`${error.stack}\n`)
  if (json) printEvent('error', { code, message })
}
