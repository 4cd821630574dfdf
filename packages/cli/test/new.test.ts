import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import type { PluginKind } from '@hillock/recipes'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { createPlugin } from '../src/commands/new.ts'
import { hillock } from './run.ts'

// within the repository, so that what is written finds hillock as if it were installed
const scratch = fileURLToPath(new URL('../test-results/', import.meta.url))
const tsc = fileURLToPath(new URL('../../../node_modules/.bin/tsc', import.meta.url))
const run = promisify(execFile)

let cwd: string
beforeAll(async () => {
  await mkdir(scratch, { recursive: true })
  cwd = await mkdtemp(join(scratch, 'new-'))
})
afterAll(() => rm(cwd, { recursive: true }))

/** Builds a package and runs its tests, as its `npm test` does; what they print. */
async function tested(folder: string): Promise<{ code: number; stdout: string }> {
  const options = { cwd: join(cwd, folder), env: { ...process.env, NODE_OPTIONS: '' } }
  await run(process.execPath, [tsc], options)
  return run(process.execPath, ['--test', '--test-reporter=spec'], options).then(
    ({ stdout }) => ({ code: 0, stdout }),
    ({ code, stdout }) => ({ code, stdout }),
  )
}

describe.each(['learner', 'backend', 'neuron', 'encoder'])('new %s', (kind) => {
  const folder = `hillock-${kind}-my-own`

  test('writes a package that builds and passes its suite', async () => {
    const { code, stdout } = await hillock(['new', kind, 'my-own'], { cwd })
    expect(code).toBe(0)
    expect(stdout).toContain(`cd ${folder}`)
    const found = await readdir(join(cwd, folder))
    expect(found.sort()).toEqual(['.gitignore', 'README.md', 'package.json', 'src', 'test', 'tsconfig.json'])
    const ran = await tested(folder)
    expect(ran.stdout).toMatch(/tests [1-9]\d*\n/)
    expect(ran).toMatchObject({ code: 0, stdout: expect.stringMatching(/fail 0\n/) })
  }, 120_000)

  test('leaves no word of its template', async () => {
    const files = await readdir(join(cwd, folder), { recursive: true, withFileTypes: true })
    for (const file of files.filter((entry) => entry.isFile() && !entry.parentPath.includes('dist')))
      expect(await readFile(join(file.parentPath, file.name), 'utf8')).not.toMatch(/template|hillock-range/i)
  })

  test('does not touch a folder that is there', async () => {
    const before = await readFile(join(cwd, folder, 'package.json'), 'utf8')
    const { code, stderr } = await hillock(['new', kind, 'my-own'], { cwd })
    expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringMatching(/^HILLOCK_OUTPUT: .* already exists/) })
    expect(await readFile(join(cwd, folder, 'package.json'), 'utf8')).toBe(before)
  })
})

describe('what is written', () => {
  const quick = ['--recipe', 'demo', '--epochs', '1', '--limit', '64', '--set', 'steps=4', '--json']

  test.each(['learner', 'backend'])(
    'is found by the command line from its own folder: %s',
    async (kind) => {
      const place = join(cwd, `hillock-${kind}-my-own`)
      const { code, events } = await hillock(['train', ...quick, `--${kind}`, 'my-own'], { cwd: place })
      expect(code).toBe(0)
      expect(events.at(-1)).toMatchObject({ event: 'result', [kind]: 'my-own', testAccuracy: expect.any(Number) })
    },
    60_000,
  )

  test.each([
    ['neuron', 'network.1.neuron=my-own'],
    ['encoder', 'encoder={"name":"my-own"}'],
  ])(
    'is found by its name in a recipe: %s',
    async (kind, set) => {
      const place = join(cwd, `hillock-${kind}-my-own`)
      const train = ['train', ...quick, '--set', set, '--out', '../out']
      const { code, events } = await hillock(train, { cwd: place })
      expect([code, events.at(-1)]).toMatchObject([0, { event: 'result', testAccuracy: expect.any(Number) }])
      const model = events.at(-1)!.model as string
      const evaluated = await hillock(['evaluate', '--model', model, '--json'], { cwd: place })
      expect(evaluated.events).toMatchObject([{ event: 'evaluation', testAccuracy: events.at(-1)!.testAccuracy }])
      const states = kind === 'neuron' ? ['--kind', 'states', '--show', 'v,spike'] : ['--kind', 'density']
      expect((await hillock(['plot', '--model', model, ...states, '--out', '../x.svg'], { cwd: place })).code).toBe(0)
      const stdp = ['analyze', 'stdp', '--model', model, '--window', '1', '--examples', '4']
      expect((await hillock([...stdp, '--neurons', 'lif,leaky'], { cwd: place })).code).toBe(0)
      const resumed = await hillock(['train', '--resume', '../out', '--epochs', '2'], { cwd: place })
      expect(resumed.code).toBe(0)
      // elsewhere the package is missing
      const missing = {
        code: 2,
        stderr: expect.stringMatching(`^HILLOCK_PLUGIN: .*${kind} 'my-own'.*\n.*hillock-${kind}-my-own`),
      }
      for (const args of [
        ['evaluate', '--model', model],
        ['plot', '--model', model, '--kind', 'weights'],
        ['train', '--resume', 'out'],
      ]) {
        expect(
          await hillock(
            args.map((word) => word.replace('../', '')),
            { cwd },
          ),
        ).toMatchObject(missing)
      }
      const { events: info } = await hillock(['info', '--json'], { cwd: place })
      expect(info[0]!.plugins).toContainEqual(expect.objectContaining({ kind, name: 'my-own' }))
      await rm(join(cwd, 'out'), { recursive: true })
    },
    60_000,
  )

  test('fails its suite with a fault in it', async () => {
    const folder = 'hillock-learner-my-own'
    const path = join(cwd, folder, 'src', 'index.ts')
    const source = await readFile(path, 'utf8')
    const faulty = source.replace('const passes =', 'runtime.backend.alloc([1])\n      const passes =')
    expect(faulty).not.toBe(source)
    await writeFile(path, faulty)
    const { code, stdout } = await tested(folder)
    expect(code).toBe(1)
    expect(stdout).toContain('✖ leaves nothing on the backend after a step')
  }, 60_000)

  test('fails its suite when its package is spoilt', async () => {
    const folder = 'hillock-encoder-my-own'
    await writeFile(join(cwd, folder, 'README.md'), 'nothing\n')
    const { code, stdout } = await tested(folder)
    expect(code).toBe(1)
    expect(stdout).toContain('✖ its README begins with its name')
  }, 60_000)
})

test.each<[PluginKind, string]>([
  ['learner', '../outside'],
  ['learner', '/outside'],
  ['learner', 'My-Rule'],
  ['learner', 'a--b'],
  ['learner', '-x'],
  ['learner', '3d'],
  ['learner', 'x'.repeat(41)],
  ['learner', ''],
  ['learner', 'class'],
  ['learner', 'forward'],
  ['learner', 'bptt'],
  ['backend', 'reference'],
  ['neuron', 'lif'],
  ['neuron', 'adaptive-lif'],
  ['encoder', 'poisson'],
])('a %s of the name %j is refused', async (kind, name) => {
  await expect(createPlugin(kind, name)).rejects.toMatchObject({ code: 'HILLOCK_USAGE' })
})

test.each([
  ['learner', '../outside', /outside/],
  ['dataset', 'mine', /'dataset'.*\nthere are learner, backend/],
  ['neurn', 'mine', /'neurn'.*\ndid you mean 'neuron'/],
])('new %s %s is wrong use, and writes nothing', async (kind, name, what) => {
  const before = await readdir(cwd)
  const { code, stderr } = await hillock(['new', kind, name], { cwd })
  expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringMatching(/^HILLOCK_USAGE: /) })
  expect(stderr).toMatch(what)
  expect(await readdir(cwd)).toEqual(before)
})
