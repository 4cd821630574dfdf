// Sums up the counts that the packages' jest runs left behind: tests that were skipped, each with its reason, and a last line
// `N passed, N failed` (and `, N skipped`).
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { folders } from './packed.js'

const root = fileURLToPath(new URL('../../', import.meta.url))

/** Where tests leave what came out. */
export const resultFolders = [...folders, 'benchmarks', 'docs', 'tools'].map((folder) =>
  join(root, folder, 'test-results'),
)

/** Counts older than `since`, in ms, come from a run before: Nx has put them back from its cache. */
export function printTotals(since = 0) {
  const counts = resultFolders
    .map((folder) => join(folder, 'counts.json'))
    .filter((file) => existsSync(file))
    .map((file) => JSON.parse(readFileSync(file, 'utf8')))
  const skips = counts.flatMap(({ skips, at }) =>
    skips.map((name) => `  ${name}${at < since ? `, in a run of ${new Date(at).toISOString().slice(0, 16)}` : ''}\n`),
  )
  const cached = counts.filter(({ at }) => at < since).length
  const sum = (what) => counts.reduce((total, found) => total + found[what], 0)
  const write = (text) => process.stdout.write(text)
  if (cached > 0)
    write(`${cached} of ${counts.length} packages have not changed since they were tested (cache of Nx)\n`)
  if (skips.length > 0) write(`skipped:\n${skips.join('')}`)
  write(`${sum('passed')} passed, ${sum('failed')} failed${skips.length > 0 ? `, ${skips.length} skipped` : ''}\n`)
}

if (process.argv[1] === fileURLToPath(import.meta.url)) printTotals()
