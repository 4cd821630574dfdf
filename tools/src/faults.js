// The tests of faults in full: 100,000 inputs for each reader, and 100 runs killed (npm test does 2,000 and 5). Takes ten minutes or more.
//   npm run faults
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../../', import.meta.url))
const tests = [
  'packages/core/test/fuzz',
  'packages/datasets/test/fuzz',
  'packages/cli/test/(fuzz|faults|full-disk|no-code)',
]
const args = ['--experimental-vm-modules', 'node_modules/jest/bin/jest.js', '--verbose', ...tests]
const env = { HILLOCK_FUZZ: '100000', HILLOCK_KILLS: '100', ...process.env }
process.exitCode = spawnSync(process.execPath, args, { cwd: root, stdio: 'inherit', env }).status ?? 1
