import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { expect, test } from '@jest/globals'

test('the examples of the README run', async () => {
  const root = join(import.meta.dirname, '..')
  const text = await readFile(join(root, 'README.md'), 'utf8')
  const blocks = Array.from(text.matchAll(/```ts\n(.*?)```/gs), (match) => match[1]!)
  expect(blocks.length).toBeGreaterThan(0)
  const folder = await mkdtemp(join(root, 'test', 'readme-'))
  try {
    for (const [i, block] of blocks.entries()) {
      const file = join(folder, `example${i}.ts`)
      await writeFile(file, block)
      await import(pathToFileURL(file).href)
    }
  } finally {
    await rm(folder, { recursive: true })
  }
})
