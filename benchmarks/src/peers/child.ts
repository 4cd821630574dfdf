import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'

/** A program that answers questions over its standard input and output, one JSON object a line. */
export interface Child {
  ask(question: object): Promise<Record<string, unknown>>
  end(): Promise<void>
}

/** Starts one. Errors: from `ask`, where it has ended or cannot be started. */
export function startChild(name: string, command: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): Child {
  const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'inherit'], env: { ...process.env, ...env } })
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  const ended = new Promise<never>((_, reject) => {
    child.once('error', reject)
    child.once('exit', (code) => reject(new Error(`${name} ended with code ${code}`)))
  })
  ended.catch(() => {})
  return {
    async ask(question) {
      child.stdin.write(`${JSON.stringify(question)}\n`)
      const { value, done } = await Promise.race([lines.next(), ended])
      if (done) throw new Error(`${name} gives no answer: how to install it says benchmarks/README.md`)
      return JSON.parse(value)
    },
    async end() {
      child.removeAllListeners('exit')
      child.stdin.end()
      await new Promise((resolve) => child.once('close', resolve))
    },
  }
}
