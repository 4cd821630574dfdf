import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url))
const cli = here('../../../packages/cli/bin/hillock.js')

export interface CommandEvent {
  readonly event: string
  readonly [field: string]: unknown
}

export interface Ran {
  readonly events: readonly CommandEvent[]
  /** From the start of the program to its end. */
  readonly seconds: number
  /** Of processors, all threads together. */
  readonly cpuSeconds: number
}

/** Runs the command line, and tells of its events as they come. Errors: where it does not end well. */
export async function runCommand(
  args: readonly string[],
  onEvent: (event: CommandEvent) => void = () => {},
): Promise<Ran> {
  const began = performance.now()
  const child = spawn(process.execPath, ['--import', here('./usage.js'), cli, ...args, '--json'], {
    stdio: ['ignore', 'pipe', 'inherit', 'pipe'],
    env: { ...process.env, HILLOCK_LOG: 'silent' },
  })
  const closed = new Promise<number | null>((resolve) => child.once('close', resolve))
  const usage = text(child.stdio[3] as Readable)
  const events: CommandEvent[] = []
  for await (const line of createInterface({ input: child.stdout! })) {
    const event = JSON.parse(line) as CommandEvent
    events.push(event)
    onEvent(event)
  }
  const code = await closed
  if (code !== 0) throw new Error(`hillock ${args.join(' ')} ended with code ${code}: ${JSON.stringify(events.at(-1))}`)
  return { events, seconds: (performance.now() - began) / 1000, cpuSeconds: Number(await usage) }
}
