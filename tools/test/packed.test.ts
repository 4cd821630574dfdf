import { execFileSync } from 'node:child_process'
import { posix } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { importsOf } from '../src/walls.ts'
import { packages, read } from '../src/workspace.ts'

/** Paths of all that npm would put into a package. */
function packed(folder: string): Set<string> {
  const args = ['pack', '--dry-run', '--json', '--ignore-scripts', `./${folder}`]
  const output = execFileSync('npm', args, {
    cwd: new URL('../../', import.meta.url),
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
    shell: process.platform === 'win32',
  })
  const [{ files }] = JSON.parse(output) as [{ files: { path: string }[] }]
  return new Set(files.map(({ path }) => path))
}

/** Every path that a value of `exports` or `bin` names. */
const targets = (value: unknown): string[] =>
  typeof value === 'string' ? [value] : Object.values((value ?? {}) as object).flatMap(targets)

/** The file that an import in a packed one means; declarations are imported as the sources they stand for. */
function meant(path: string, specifier: string): string {
  const target = posix.join(posix.dirname(path), specifier)
  return path.endsWith('.d.ts') ? target.replace(/(\.d)?\.[jt]s$/, '.d.ts') : target
}

describe.each(packages())('$folder, packed', ({ folder, manifest }) => {
  const files = packed(folder)

  test('has README and license, and neither tests nor left-overs', () => {
    expect([...files]).toEqual(expect.arrayContaining(['LICENSE', 'README.md', 'package.json']))
    const strangers = [...files].filter((path) =>
      /^(test|out-tsc|test-results|golden|bench)\/|\.tsbuildinfo$|\.tgz$/.test(path),
    )
    expect(strangers).toEqual([])
  })

  test('has all that its package.json names', () => {
    const { exports, bin } = manifest
    const named = [...targets(exports), ...targets(bin)].map((path) => posix.normalize(path))
    expect(named.filter((path) => !path.includes('*') && !files.has(path))).toEqual([])
  })

  test('has all that its scripts and types import', () => {
    const missing = [...files]
      .filter((path) => path.startsWith('dist/') && /\.(js|d\.ts)$/.test(path))
      .flatMap((path) => importsOf(read(`${folder}/${path}`)).map((specifier) => [path, specifier] as const))
      .filter(([path, specifier]) => specifier.startsWith('.') && !files.has(meant(path, specifier)))
    expect(missing).toEqual([])
  })

  test('has types for every script', () => {
    const scripts = [...files].filter((path) => path.startsWith('dist/') && path.endsWith('.js'))
    expect(scripts).not.toHaveLength(0)
    expect(scripts.filter((path) => !files.has(path.replace(/\.js$/, '.d.ts')))).toEqual([])
  })
})
