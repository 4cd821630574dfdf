import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { expect, jest, test } from '@jest/globals'
import { docsIn, examplesIn } from '../src/examples.ts'
import { filesIn, read, root } from '../src/workspace.ts'

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
