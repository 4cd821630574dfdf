import { wasm } from '@hillock/backend-wasm'
import { backendConformance, type TestFunctions } from '@hillock/testkit'
import { losses } from '../../training.ts'

/** What a page tells of itself. */
export interface Report {
  readonly isolated: boolean
  readonly threads: number
  readonly passed: number
  readonly failures: readonly string[]
  readonly skipped: readonly string[]
  /** The error's code where several threads were asked for in vain. */
  readonly refused: string | undefined
  readonly losses: readonly (readonly number[])[]
}

/** Runs the conformance suite and a short training; `threads` undefined: as many as the backend takes by itself. */
export async function runChecks(threads: number | undefined): Promise<Report> {
  const options = threads === undefined ? {} : { threads }
  const skipped: string[] = []
  const tests: { name: string; body: () => Promise<void> | void }[] = []
  const test = Object.assign(
    (name: string, body: () => Promise<void> | void) => {
      tests.push({ name, body })
    },
    { skip: (name: string) => skipped.push(name) },
  )
  const runner: TestFunctions = { describe: (_name, body) => body(), test }
  // on several threads, fma is tried in Node
  for (const fma of threads === undefined ? [false, true] : [false]) {
    const create = () => wasm({ ...options, fma })
    backendConformance({ name: 'browser', create, programs: 10, decorated: false, runner })
  }
  const failures: string[] = []
  for (const { name, body } of tests) {
    try {
      await body()
    } catch (error) {
      failures.push(`${name}: ${error}`)
    }
  }
  const refused = await wasm({ threads: 2 }).then(
    async (backend) => {
      await backend.dispose()
      return undefined
    },
    (error) => error.code,
  )
  const backend = await wasm(options)
  return {
    isolated: crossOriginIsolated,
    threads: backend.threads,
    passed: tests.length - failures.length,
    failures,
    skipped,
    refused,
    losses: await losses(backend),
  }
}
