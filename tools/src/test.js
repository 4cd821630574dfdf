// Builds, type-checks, lints and tests everything, then sums up the tests; `npm test`. Arguments go to Nx.
import { spawnSync } from 'node:child_process'
import { rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { printTotals, resultFolders } from './totals.js'

const began = Date.now()
// so that nothing is counted that an earlier run left
for (const folder of resultFolders) rmSync(folder, { recursive: true, force: true })
const nx = createRequire(import.meta.url).resolve('nx/bin/nx.js')
const args = [nx, 'run-many', '-t', 'build', 'typecheck', 'lint', 'test', ...process.argv.slice(2)]
const { status } = spawnSync(process.execPath, args, { stdio: 'inherit' })
printTotals(began)
process.exitCode = status ?? 1
