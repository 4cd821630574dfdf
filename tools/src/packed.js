// Prints what npm would pack of every package, as JSON: { "packages/core": { unpackedSize, size, files: [{ path, size }] }, ... }
//   node tools/src/packed.js
import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../../', import.meta.url))

/** The publishable packages: all of packages/ and plugins/, as paths from the root. */
export const folders = ['packages', 'plugins']
  .flatMap((group) => readdirSync(join(root, group)).map((name) => `${group}/${name}`))
  .filter((folder) => existsSync(join(root, folder, 'package.json')))

export function packed() {
  const args = ['pack', '--dry-run', '--json', '--ignore-scripts', ...folders.map((folder) => `./${folder}`)]
  const output = execFileSync('npm', args, {
    cwd: root,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
    shell: process.platform === 'win32',
  })
  return Object.fromEntries(JSON.parse(output).map((found, i) => [folders[i], found]))
}

if (process.argv[1] === fileURLToPath(import.meta.url)) process.stdout.write(JSON.stringify(packed()))
