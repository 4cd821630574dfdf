import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { expect, test } from '@jest/globals'
import { createPlugin } from '../src/commands/new.ts'
import { pluginFiles } from '../src/template.ts'

// within the package, so that what is written finds hillock as if it were installed
const scratch = fileURLToPath(new URL('../test-results/', import.meta.url))
await mkdir(scratch, { recursive: true })
const folder = await mkdtemp(join(scratch, 'shapes-'))

const shapes = ['local', 'layers', 'reward'] as const
/** Of the suite, to be quick. What is the same for all is run of the plainest. */
const wanted = /^(learns|trains|refuses|gives the same bits for|leaves nothing)/

// Written and imported before tests run: their suites are registered by the import.
for (const shape of shapes) {
  const files = pluginFiles('learner', 'my-own', undefined, shape)
  const suite = files
    .get('test/conformance.test.js')!
    .replace("import { describe, test } from 'node:test'", "import { describe, test as all } from '@jest/globals'")
    .replace("'hillock-learner-my-own'", "'../src/index.ts'")
    .replace(
      'const runner',
      `const test = (name, work) => (${wanted}.test(name) ? all(name, work) : undefined)\nconst runner`,
    )
    .replace("name: 'my-own'", `name: '${shape}', decorated: false`)
    .replace(/^packageConformance.*\n/m, '')
    .replace(/import { learnerConformance, .*} from/, 'import { learnerConformance } from')
  const place = join(folder, shape)
  for (const [path, text] of [
    ['src/index.ts', files.get('src/index.ts')!],
    ['test/conformance.ts', suite],
  ] as const) {
    await mkdir(dirname(join(place, path)), { recursive: true })
    await writeFile(join(place, path), text)
  }
  const { href } = pathToFileURL(join(place, 'test/conformance.ts'))
  await import(href)
}
await rm(folder, { recursive: true })

test.each(shapes)('%s: leaves no word of its template', (shape) => {
  const files = pluginFiles('learner', 'my-own', undefined, shape)
  expect([...files.keys()].sort()).toEqual([...pluginFiles('learner', 'my-own').keys()].sort())
  for (const text of files.values()) expect(text).not.toMatch(/template|hillock-range/i)
  expect(files.get('src/index.ts')).not.toBe(pluginFiles('learner', 'my-own').get('src/index.ts'))
})

test.each(['gradient', ...shapes] as const)('%s: is read at a glance', (shape) => {
  const source = pluginFiles('learner', 'my-own', undefined, shape).get('src/index.ts')!
  expect(source.trimEnd().split('\n').length).toBeLessThan(70)
})

test('shapes are those of learners', async () => {
  await expect(createPlugin('neuron', 'mine', { shape: 'reward' })).rejects.toMatchObject({ code: 'HILLOCK_USAGE' })
})
