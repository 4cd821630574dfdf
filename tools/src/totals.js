// Prints `N passed, N failed` (and `, N skipped`) over the counts that the packages' jest runs left behind.
import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { folders } from './packed.js'

const root = fileURLToPath(new URL('../../', import.meta.url))
const total = { passed: 0, failed: 0, skipped: 0 }
for (const folder of [...folders, 'tools']) {
  const file = `${root}${folder}/test-results/counts.json`
  if (!existsSync(file)) continue
  const counts = JSON.parse(readFileSync(file, 'utf8'))
  for (const key of Object.keys(total)) total[key] += counts[key]
}
const skipped = total.skipped > 0 ? `, ${total.skipped} skipped` : ''
process.stdout.write(`${total.passed} passed, ${total.failed} failed${skipped}\n`)
