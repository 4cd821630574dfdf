import type { TestFunctions } from '../src/index.ts'

export interface Outcome {
  /** Names of the tests that failed, each once, in the order of the suite. */
  readonly failed: readonly string[]
  readonly messages: readonly string[]
  readonly skipped: readonly string[]
}

/** Runs what a suite registers, all of it or the tests of one name, and tells how it went. */
export async function outcome(register: (runner: TestFunctions) => void, only?: string): Promise<Outcome> {
  const tests: [string, () => unknown][] = []
  const skipped: string[] = []
  const collect = (name: string, body: () => unknown) => tests.push([name, body])
  register({
    describe: (_, body) => body(),
    test: Object.assign(collect, { skip: (name: string) => skipped.push(name) }),
  })
  const failed = new Map<string, string>()
  for (const [name, body] of tests) {
    if (only !== undefined && name !== only) continue
    try {
      await body()
    } catch (error) {
      failed.set(name, (error as Error).message)
    }
  }
  return { failed: [...failed.keys()], messages: [...failed.values()], skipped }
}
