// Lints, type-checks and tests what has changed since the branch was last pushed; `npm run check`. Packages that depend on what has changed
// are left to `npm test`.
import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname } from 'node:path'

const { resolve } = createRequire(import.meta.url)
const git = (...args) => execFileSync('git', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim()

/** The last commit that others have too; HEAD where the branch follows no other. */
function base() {
  try {
    return git('merge-base', 'HEAD', '@{upstream}')
  } catch {
    return 'HEAD'
  }
}

/** The name of the package that a file belongs to; undefined for files of the workspace itself. */
function owner(file) {
  for (let folder = dirname(file); folder !== '.'; folder = dirname(folder)) {
    const manifest = `${folder}/package.json`
    if (existsSync(manifest)) return JSON.parse(readFileSync(manifest, 'utf8')).name
  }
  return undefined
}

const began = Date.now()
let failed = false
function run(title, bin, args, flags = []) {
  console.log(`\n${title}`)
  const { status } = spawnSync(process.execPath, [...flags, bin, ...args], { stdio: 'inherit' })
  failed ||= status !== 0
}

const files = `${git('diff', '--name-only', base())}\n${git('ls-files', '--others', '--exclude-standard')}`
const changed = files.split('\n').filter((file) => file !== '' && existsSync(file))
const projects = [...new Set(changed.flatMap((file) => owner(file) ?? []))]
console.log(`${changed.length} changed files in ${projects.join(', ') || 'no package'}`)
if (changed.length > 0)
  run('format and lint', resolve('@biomejs/biome/bin/biome'), ['check', '--no-errors-on-unmatched', ...changed])
if (projects.length > 0)
  run('types', resolve('nx/bin/nx.js'), ['run-many', '-t', 'typecheck', '-p', projects.join(',')])
const code = changed.filter((file) => /\.[jt]sx?$/.test(file))
const always = ['tools/test/docs.test.ts', 'tools/test/files.test.ts']
run('tests', 'node_modules/jest/bin/jest.js', ['--findRelatedTests', ...code, ...always], ['--experimental-vm-modules'])
console.log(`\n${failed ? 'failed' : 'fine'}, after ${((Date.now() - began) / 1000).toFixed(0)} s`)
process.exitCode = failed ? 1 : 0
