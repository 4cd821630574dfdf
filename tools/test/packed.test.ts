import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join, posix } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from '@jest/globals'
import { publint } from 'publint'
import { formatMessage } from 'publint/utils'
import { importsOf } from '../src/walls.ts'
import { packages, read, root } from '../src/workspace.ts'

interface Packed {
  readonly files: readonly { readonly path: string }[]
}

const script = fileURLToPath(new URL('../src/packed.js', import.meta.url))
const all = JSON.parse(execFileSync(process.execPath, [script], { encoding: 'utf8' })) as Record<string, Packed>

const bytes = (path: string) => new Uint8Array(readFileSync(posix.join(root, path)))

/** Every path that a value of `exports` or `bin` names. */
const targets = (value: unknown): string[] =>
  typeof value === 'string' ? [value] : Object.values((value ?? {}) as object).flatMap(targets)

/** The file that an import in a packed one means; declarations are imported as the sources they stand for. */
function meant(path: string, specifier: string): string {
  const target = posix.join(posix.dirname(path), specifier)
  return path.endsWith('.d.ts') ? target.replace(/(\.d)?\.[jt]s$/, '.d.ts') : target
}

describe.each(packages())('$folder, packed', ({ folder, manifest }) => {
  /** Paths of all that npm would put into the package. */
  const files = new Set(all[folder]!.files.map(({ path }) => path))

  test('has README and license, and neither sources, tests nor left-overs', () => {
    expect([...files]).toEqual(expect.arrayContaining(['LICENSE', 'README.md', 'package.json']))
    const strangers = [...files].filter((path) =>
      /^(src|test|out-tsc|test-results|golden|bench)\/|\.tsbuildinfo$|\.tgz$|\.d\.ts\.map$/.test(path),
    )
    expect(strangers).toEqual([])
  })

  test('has all that its package.json names', () => {
    const { exports, bin } = manifest
    const named = [...targets(exports), ...targets(bin)].map((path) => posix.normalize(path))
    // the condition of this workspace alone leads to the sources
    expect(named.filter((path) => !path.startsWith('src/') && !files.has(path))).toEqual([])
  })

  test('is as publint would have it', async () => {
    const pack = { files: [...files].map((path) => ({ name: `package/${path}`, data: bytes(`${folder}/${path}`) })) }
    const { messages } = await publint({ pkgDir: 'package', pack, strict: true })
    expect(messages.map((message) => formatMessage(message, manifest))).toEqual([])
  })

  test('has all that its scripts and types import', () => {
    const missing = [...files]
      .filter((path) => path.startsWith('dist/') && /\.(js|d\.ts)$/.test(path))
      .flatMap((path) => importsOf(read(`${folder}/${path}`)).map((specifier) => [path, specifier] as const))
      .filter(([path, specifier]) => specifier.startsWith('.') && !files.has(meant(path, specifier)))
    expect(missing).toEqual([])
  })

  test('has a map for every script, which names the sources and does not hold them', () => {
    const scripts = [...files].filter((path) => path.startsWith('dist/') && path.endsWith('.js'))
    expect(scripts).not.toHaveLength(0)
    // those that only hand on exports have none
    const mapped = scripts.filter((path) => read(`${folder}/${path}`).includes('//# sourceMappingURL='))
    expect(mapped).not.toHaveLength(0)
    for (const path of mapped) {
      const map = JSON.parse(read(`${folder}/${path}.map`)) as { sources: string[] }
      expect(map).not.toHaveProperty('sourcesContent')
      expect(map.sources.filter((source) => !existsSync(join(root, folder, 'dist', source)))).toEqual([])
    }
  })
})
