import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'

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
    uid,
    flags = [],
  }: {
    readonly cwd: string
    readonly meddle?: (stdout: string, kill: (signal?: NodeJS.Signals) => void) => void
    readonly leave?: boolean
    /** Files may not grow beyond so many KiB. */
    readonly largest?: number
    /** A command that is given this one as its arguments. */
    readonly through?: readonly string[]
    readonly uid?: number | undefined
    /** Of Node. */
    readonly flags?: readonly string[]
  },
): Promise<Ran> {
  return new Promise((resolve, reject) => {
    const command = [process.execPath, ...flags, bin, ...args]
    const wrap = largest === undefined ? through : ['bash', '-c', `ulimit -f ${largest}; exec "$@"`, 'bash']
    const limited = [...(wrap ?? []), ...command]
    const env = { ...process.env, HILLOCK_DEBUG: '' }
    const child = spawn(limited[0]!, limited.slice(1), { cwd, env, ...(uid !== undefined && { uid }) })
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
