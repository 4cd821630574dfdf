import { type TestFunctions, testFunctions } from './runner.ts'

/** Options of every suite. */
export interface Conformance {
  /** Names of tests that cannot pass yet, each with the reason. They are skipped, and the reason is printed. */
  readonly knownDeviations?: Readonly<Record<string, string>>
  /** The test runner's functions, if they are not global. */
  readonly runner?: Partial<TestFunctions>
  /**
   * Whether most tests are run once more behind a decorator that hands all calls on. Default: true. Of several variants that share their
   * code, one is enough.
   */
  readonly decorated?: boolean
}

/** Declares one test of a suite. */
export type Check = (name: string, body: () => void | Promise<void>) => void

/** Kernels are compiled within a test. */
const patience = 120_000

/**
 * Registers a suite: `declare` is called once for the thing as it is and, where it can stand behind another that hands all calls on, once
 * more for that, since whoever decorates it must not change what it does. A test is skipped for a known deviation and nothing else.
 */
export function suite(
  title: string,
  { knownDeviations = {}, runner, decorated = true }: Conformance,
  declare: (check: Check, group: TestFunctions['describe'], wrapped: boolean) => void,
  { twice = true } = {},
): void {
  const { describe, test } = testFunctions(runner)
  const names = new Set<string>()
  const check: Check = (name, body) => {
    names.add(name)
    const reason = knownDeviations[name]
    if (reason === undefined) test(name, body, patience)
    else test.skip(`${name} (skipped: ${reason})`, () => {})
  }
  describe(title, () => {
    declare(check, describe, false)
    if (twice && decorated) describe('behind a decorator', () => declare(check, describe, true))
    const deviations = Object.entries(knownDeviations)
    if (deviations.length === 0) return
    test('every known deviation is that of a test, and is printed', () => {
      for (const [name, reason] of deviations) {
        if (!names.has(name)) throw new Error(`there is no test '${name}'`)
        console.warn(`${title}: not held to '${name}': ${reason}`)
      }
    })
  })
}
