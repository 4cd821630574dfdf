import { spawnSync } from 'node:child_process'
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { root } from '../src/workspace.ts'

const kinds = ['learner', 'backend', 'neuron', 'encoder'] as const
const env = { ...process.env, NODE_OPTIONS: '', FORCE_COLOR: '0' }

/** A copy of the workspace as it is built, with the packages of others where they are. */
const copy = mkdtempSync(join(tmpdir(), 'hillock-generated-'))
beforeAll(() => {
  const left = new Set(['node_modules', 'test-results', 'out-tsc', 'results', 'golden'])
  for (const name of [
    'packages',
    'plugins',
    'tools',
    'package.json',
    'tsconfig.base.json',
    'tsconfig.json',
    'jest.preset.js',
  ])
    cpSync(join(root, name), join(copy, name), { recursive: true, filter: (path) => !left.has(basename(path)) })
  const modules = join(copy, 'node_modules')
  mkdirSync(join(modules, '@hillock'), { recursive: true })
  for (const name of readdirSync(join(root, 'node_modules')))
    if (name !== '@hillock' && name !== 'hillock') symlinkSync(join(root, 'node_modules', name), join(modules, name))
  for (const group of ['packages', 'plugins'])
    for (const name of readdirSync(join(copy, group)))
      link(`${group}/${name}`, name === 'cli' ? 'hillock' : `@hillock/${name}`)
})
afterAll(() => rmSync(copy, { recursive: true }))

const link = (folder: string, name: string) =>
  symlinkSync(join(copy, folder), join(copy, 'node_modules', name), 'junction')

function run(...args: string[]) {
  const given = ['--experimental-vm-modules', ...args]
  const { status, stdout, stderr } = spawnSync(process.execPath, given, { cwd: copy, encoding: 'utf8', env })
  return { status, output: stdout + stderr }
}
const tsc = 'node_modules/@typescript/native/bin/tsc'
const jest = 'node_modules/jest/bin/jest.js'

/** The folder of the copy as a generator sees it. */
const tree = {
  root: copy,
  exists: (path: string) => existsSync(join(copy, path)),
  read: (path: string) => readFileSync(join(copy, path), 'utf8'),
  write(path: string, text: string) {
    mkdirSync(dirname(join(copy, path)), { recursive: true })
    writeFileSync(join(copy, path), text)
  },
}
const file = '../src/generate.js'
const generators = (await import(file)) as Record<
  (typeof kinds)[number],
  (to: typeof tree, options: { name: string }) => unknown
>

describe.each(kinds)('nx g @hillock/tools:%s', (kind) => {
  const folder = `plugins/${kind}-my-own`

  test('writes a plugin that builds and type-checks', () => {
    generators[kind](tree, { name: 'my-own' })
    link(folder, `@hillock/${kind}-my-own`)
    for (const args of [
      [tsc, '--build', folder],
      ['tools/src/bundle.js', folder],
    ] as [string, ...string[]][])
      expect(run(...args)).toEqual({ status: 0, output: '' })
    expect(JSON.parse(tree.read('tsconfig.json')).references).toContainEqual({ path: `./${folder}` })
  }, 60_000)

  test('passes its suites', () => {
    // that of a backend is long, and run where `hillock new` is tested
    const some = kind === 'backend' ? ['-t', 'package'] : []
    const { status, output } = run(jest, '--rootDir', folder, '--config', `${folder}/jest.config.js`, ...some)
    expect({ status, output }).toEqual({ status: 0, output: expect.stringMatching(/Tests: .*[1-9]\d* passed/) })
  }, 120_000)

  if (kind === 'learner' || kind === 'backend') {
    test('is found by the command line', () => {
      const args = ['--recipe', 'demo', '--epochs', '1', '--limit', '64', '--set', 'steps=4', `--${kind}`, 'my-own']
      const { status, output } = run('packages/cli/bin/hillock.js', 'train', ...args, '--json')
      expect({ status, output }).toEqual({ status: 0, output: expect.stringContaining(`"${kind}":"my-own"`) })
    }, 60_000)
  }

  test('does not touch one that is there', () => {
    expect(() => generators[kind](tree, { name: 'my-own' })).toThrow('already exists')
  })
})
