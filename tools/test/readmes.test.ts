import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { expect, jest, test } from '@jest/globals'
import { examplesIn } from '../src/examples.ts'
import { filesIn, read, root } from '../src/workspace.ts'

const pages = filesIn('').filter((path) => path.endsWith('.md') && !path.endsWith('.api.md'))

// Run while tests are collected, not within a test: an example of the testkit registers tests of its own.
const scratch = join(root, 'tools', 'test-results')
mkdirSync(scratch, { recursive: true })
const folder = mkdtempSync(join(scratch, 'readme-'))
const log = jest.spyOn(console, 'log').mockImplementation(() => {})
for (const page of pages) {
  for (const [i, example] of examplesIn(read(page)).entries()) {
    const file = join(folder, `${page.replaceAll('/', '-')}-${i}.ts`)
    writeFileSync(file, example)
    const error = await import(pathToFileURL(file).href).then(
      () => undefined,
      (cause: unknown) => cause,
    )
    test(`${page}: example ${i + 1} runs`, () => {
      expect(error).toBeUndefined()
    })
  }
}
log.mockRestore()
rmSync(folder, { recursive: true })

test.each(pages.filter((page) => /^((packages|plugins)\/[^/]+\/)?README\.md$/.test(page)))(
  '%s shows how to begin',
  (page) => {
    expect(read(page)).toMatch(/^```(ts|sh)$/m)
  },
)

test('examples are the blocks marked as TypeScript', () => {
  expect(examplesIn('```sh\nls\n```\ntext\n```ts\nfirst()\n```\n\n```ts\nsecond()\n\nthird()\n```\n')).toEqual([
    'first()\n',
    'second()\n\nthird()\n',
  ])
})
