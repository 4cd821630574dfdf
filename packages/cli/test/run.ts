import { spawn, spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { Need } from '@hillock/testing'

export interface Ran {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
  /** Standard output as JSON, line by line. */
  readonly events: readonly Record<string, unknown>[]
}

export const bin = fileURLToPath(new URL('../bin/hillock.js', import.meta.url))

/** Runs the command line in a process of its own; `meddle` may interrupt it when something has been printed; `leave` closes its output. */
export function hillock(
  args: readonly string[],
  {
    cwd,
    meddle,
    leave = false,
    largest,
    through,
    flags = [],
  }: {
    readonly cwd: string
    readonly meddle?: (stdout: string, kill: (signal?: NodeJS.Signals) => void) => void
    readonly leave?: boolean
    /** Files may not grow beyond so many KiB. */
    readonly largest?: number
    /** A command that is given this one as its arguments. */
    readonly through?: readonly string[]
    /** Of Node. */
    readonly flags?: readonly string[]
  },
): Promise<Ran> {
  return new Promise((resolve, reject) => {
    const command = [process.execPath, ...flags, bin, ...args]
    const wrap = largest === undefined ? through : ['bash', '-c', `ulimit -f ${largest}; exec "$@"`, 'bash']
    const limited = [...(wrap ?? []), ...command]
    const env = { ...process.env, HILLOCK_DEBUG: '' }
    const child = spawn(limited[0]!, limited.slice(1), { cwd, env })
    if (leave) child.stdout.destroy()
    let [stdout, stderr] = ['', '']
    child.stdout.on('data', (chunk) => {
      stdout += chunk
      meddle?.(stdout, (signal = 'SIGINT') => child.kill(signal))
    })
    child.stderr.on('data', (chunk) => {
      stderr += chunk
    })
    child.on('error', reject)
    child.on('close', (code) => {
      const lines = args.includes('--json') ? stdout.split('\n').filter(Boolean) : []
      resolve({ code, stdout, stderr, events: lines.map((line) => JSON.parse(line)) })
    })
  })
}

/** Runs a command as the same user, who may still read the checkout, but without root's leave to write where modes forbid it. */
export const withoutOverride =
  process.getuid?.() === 0 ? ['setpriv', '--bounding-set', '-dac_override,-dac_read_search', '--'] : []

/** What tests that use it need. */
export const binding: Need = {
  found:
    withoutOverride.length === 0 || spawnSync(withoutOverride[0]!, [...withoutOverride.slice(1), 'true']).status === 0,
  missing: 'modes of files do not bind root, and setpriv cannot change that here',
}
