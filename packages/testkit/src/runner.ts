/** What a suite needs of a test runner; jest, vitest and node:test have it. */
export interface TestFunctions {
  /** Groups tests under a name. */
  describe(name: string, body: () => void): unknown
  /** Registers a test. */
  readonly test: ((name: string, body: () => Promise<void> | void, timeout?: number) => unknown) & {
    skip(name: string, body: () => void): unknown
  }
}

/** The functions given, or the runner's globals. */
export function testFunctions(given: Partial<TestFunctions> = {}): TestFunctions {
  const globals = globalThis as unknown as Partial<TestFunctions>
  const { describe = globals.describe, test = globals.test } = given
  if (describe === undefined || test === undefined) {
    throw new Error("there is no 'describe' or 'test': import them from the test runner and pass them in")
  }
  return { describe, test }
}
