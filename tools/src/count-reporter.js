import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** Jest reporter: leaves the numbers of a package's whole run in `test-results/counts.json` for `totals.js`. */
export default class CountReporter {
  constructor(globalConfig) {
    this.folder = join(globalConfig.rootDir, 'test-results')
    this.whole = globalConfig.nonFlagArgs.length === 0
  }

  onRunComplete(_contexts, results) {
    if (!this.whole) return
    const counts = {
      passed: results.numPassedTests,
      // a file that could not even be loaded counts as one failure
      failed: results.numFailedTests + results.numRuntimeErrorTestSuites,
      skipped: results.numPendingTests + results.numTodoTests,
    }
    mkdirSync(this.folder, { recursive: true })
    writeFileSync(join(this.folder, 'counts.json'), `${JSON.stringify(counts)}\n`)
  }
}
