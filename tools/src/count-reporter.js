import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/**
 * Jest reporter: leaves the numbers of a package's whole run in `test-results/counts.json` for `totals.js`, with the tests that were
 * skipped. A skip without a reason, `name (skipped: reason)`, fails the run.
 */
export default class CountReporter {
  constructor({ rootDir, nonFlagArgs, testNamePattern }) {
    this.folder = join(rootDir, 'test-results')
    this.whole = nonFlagArgs.length === 0 && !testNamePattern
    this.unexplained = []
  }

  onRunComplete(_contexts, results) {
    if (!this.whole) return
    const skips = results.testResults
      .flatMap((file) => file.testResults)
      .filter(({ status }) => status === 'pending' || status === 'todo')
      .map(({ fullName }) => fullName)
    this.unexplained = skips.filter((name) => !/\(skipped: .+\)$/.test(name))
    for (const name of this.unexplained)
      process.stderr.write(`\nskipped without a reason, as in 'title (skipped: there is no chromium)': ${name}\n`)
    const counts = {
      passed: results.numPassedTests,
      // a file that could not even be loaded counts as one failure
      failed: results.numFailedTests + results.numRuntimeErrorTestSuites + this.unexplained.length,
      skips,
      at: Date.now(),
    }
    mkdirSync(this.folder, { recursive: true })
    writeFileSync(join(this.folder, 'counts.json'), `${JSON.stringify(counts)}\n`)
  }

  /** Makes jest exit with 1. */
  getLastError() {
    return this.unexplained.length > 0 ? new Error('tests were skipped without a reason') : undefined
  }
}
