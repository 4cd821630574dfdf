import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { expect, jest, test } from '@jest/globals'
import { docsIn, examplesIn } from '../src/examples.ts'
import { filesIn, packages, read, root } from '../src/workspace.ts'

const sources = filesIn('').filter((path) => /^(packages|plugins)\/[^/]+\/src\/.*\.ts$/.test(path))
const examples = sources.flatMap((path) =>
  docsIn(read(path))
    .flatMap((doc) => examplesIn(doc))
    .map(({ code }, i) => ({ path, code, i })),
)

test('the examples of docstrings run', async () => {
  const scratch = join(root, 'tools', 'test-results')
  mkdirSync(scratch, { recursive: true })
  const folder = mkdtempSync(join(scratch, 'docstrings-'))
  const log = jest.spyOn(console, 'log').mockImplementation(() => {})
  const failed: unknown[] = []
  for (const { path, code, i } of examples) {
    const file = join(folder, `${path.replaceAll('/', '-').replace(/\.ts$/, '')}-${i}.ts`)
    writeFileSync(file, code)
    await import(pathToFileURL(file).href).catch((cause: unknown) => failed.push({ path, cause }))
  }
  log.mockRestore()
  rmSync(folder, { recursive: true })
  expect(failed).toEqual([])
})

test.each(packages().map(({ folder }) => folder))('all that %s exports is documented, its members too', (folder) => {
  const lines = read(`${folder}/exports.api.md`).split('\n')
  expect(lines.flatMap((line, i) => (line.includes('(undocumented)') ? [lines[i + 1]!.trim()] : []))).toEqual([])
})

test('what the root of core makes or does has an example', () => {
  const names = read('packages/core/src/index.ts').match(/\b[a-z]\w*(?=[,\s][^']*\} from)/g)!
  const functions = names.filter((name) => name !== 'type' && name !== 'export')
  const shown = sources
    .filter((path) => path.startsWith('packages/core/'))
    .flatMap((path) =>
      Array.from(read(path).matchAll(/^\/\*\*\n((?:(?!\*\/).)*)\*\/\nexport (?:async )?(?:function|const) (\w+)/gms)),
    )
    .flatMap(([, doc, name]) => (doc!.includes('@example') ? [name!] : []))
  expect(functions.filter((name) => !shown.includes(name))).toEqual([])
})
