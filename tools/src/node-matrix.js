// Runs tests on several versions of Node, each fetched from npm into a temporary folder:
//   node tools/src/node-matrix.js 20,22,24 plugins/backend-wasm packages/core
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../../', import.meta.url))
const [versions = '20,22,24', ...paths] = process.argv.slice(2)
const platform = `${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`
const folder = mkdtempSync(join(tmpdir(), 'hillock-nodes-'))
let failed = 0
try {
  for (const version of versions.split(',')) {
    const place = join(folder, version)
    const install = ['install', '--ignore-scripts', '--no-save', '--prefix', place, `node-${platform}@${version}`]
    execFileSync('npm', install, {
      cwd: folder,
      stdio: ['ignore', 'ignore', 'inherit'],
      shell: process.platform === 'win32',
    })
    const file = process.platform === 'win32' ? 'node.exe' : 'node'
    const node = join(place, 'node_modules', `node-${platform}`, 'bin', file)
    process.stdout.write(`\nNode ${execFileSync(node, ['--version'], { encoding: 'utf8' })}`)
    const jest = join('node_modules', 'jest', 'bin', 'jest.js')
    const args = ['--experimental-vm-modules', jest, ...paths, '--runInBand', '--reporters=summary']
    const { status } = spawnSync(node, args, { cwd: root, stdio: 'inherit' })
    if (status !== 0) failed++
  }
} finally {
  rmSync(folder, { recursive: true, force: true })
}
process.exitCode = failed === 0 ? 0 : 1
