import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { format } from 'node:util'
import { expect, jest, test } from '@jest/globals'
import { docsIn, examplesIn } from '../src/examples.ts'
import { filesIn, read, root } from '../src/workspace.ts'

const pages = filesIn('').filter((path) => path.endsWith('.md') && !path.endsWith('.api.md'))

// Run while tests are collected, not within a test: an example of the testkit registers tests of its own.
const scratch = join(root, 'tools', 'test-results')
mkdirSync(scratch, { recursive: true })
const folder = mkdtempSync(join(scratch, 'readme-'))
const log = jest.spyOn(console, 'log').mockImplementation(() => {})
for (const page of pages) {
  for (const [i, { code, throws, output }] of examplesIn(read(page)).entries()) {
    const file = join(folder, `${page.replaceAll('/', '-')}-${i}.ts`)
    writeFileSync(file, code)
    log.mockClear()
    const error = await import(pathToFileURL(file).href).then(
      () => undefined,
      (cause: Error) => cause,
    )
    const printed = throws ? `${error?.message}\n` : log.mock.calls.map((values) => `${format(...values)}\n`).join('')
    test(`${page}: example ${i + 1} ${throws ? 'is refused' : 'runs'}${output === undefined ? '' : ' as shown'}`, () => {
      if (throws) expect(error).toMatchObject({ name: 'HillockError' })
      else expect(error).toBeUndefined()
      if (output !== undefined) expect(printed).toBe(output)
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

test('comments are read without their stars', () => {
  const source =
    '/** One line. */\nconst a = 1\n\n  /**\n   * More.\n   * ```ts\n   * first()\n   * ```\n   */\n  b: 2\n'
  expect(docsIn(source)).toEqual(['More.\n```ts\nfirst()\n```\n'])
})

test('examples are the blocks marked as TypeScript, with what they print', () => {
  const page =
    '```sh\nls\n```\ntext\n```ts\nfirst()\n```\n\n```ts throws\nsecond()\n\nthird()\n```\n\n```text\nno\n```\n\n```text\nyes\n```\n'
  expect(examplesIn(page)).toEqual([
    { code: 'first()\n', throws: false, output: undefined },
    { code: 'second()\n\nthird()\n', throws: true, output: 'no\n' },
  ])
})
