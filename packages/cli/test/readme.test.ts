import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buildEncoder, buildNetwork } from '@hillock/recipes'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { chooseRecipe } from '../src/run/resolve-recipe.ts'
import { hillock } from './run.ts'

let cwd: string
let readme: string
beforeAll(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'hillock-'))
  readme = await readFile(new URL('../README.md', import.meta.url), 'utf8')
})
afterAll(() => rm(cwd, { recursive: true }))

const blocks = (language: string): string[] =>
  Array.from(readme.matchAll(new RegExp(`\`\`\`${language}\n([^]*?)\`\`\``, 'g')), ([, text]) => text!)

test('the commands at the top of the README work', async () => {
  const commands = blocks('sh')[0]!.trim().split('\n')
  expect(commands).not.toHaveLength(0)
  for (const command of commands) {
    const [npx, name, ...args] = command.split(' ')
    expect([npx, name]).toEqual(['npx', 'hillock'])
    const { code, stdout, stderr } = await hillock(args, { cwd })
    expect([code, stderr]).toEqual([0, expect.not.stringContaining('HILLOCK_')])
    expect(stdout).toMatch(/test accuracy +\d+\.\d %/)
  }
}, 60_000)

test('the configurations in the README build their parts', async () => {
  const config = join(cwd, 'mine.json')
  const [whole, withEncoder, withBackend] = blocks('json')
  await writeFile(config, whole!)
  const recipe = await chooseRecipe({ config })
  const { layers } = buildNetwork(recipe, 784)
  expect(layers.map(({ neuron, size }) => [neuron.name, size])).toEqual([
    ['mine', 64],
    ['leaky', 10],
  ])
  expect(recipe).toMatchObject({ name: 'mine', encoder: { name: 'latency' }, epochs: 8 })
  expect(recipe.encoder).toEqual({ name: 'latency' })
  await writeFile(config, withEncoder!)
  expect(buildEncoder(await chooseRecipe({ config }))).toMatchObject({
    name: 'ramp',
    params: { slope: 0.5 },
    binary: true,
  })
  await writeFile(config, withBackend!)
  expect((await chooseRecipe({ config })).backend).toEqual({ name: 'wasm', threads: 2 })
})
