import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { checkOptions, is } from '@hillock/core/options'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { packageConformance } from '../src/index.ts'
import { outcome } from './outcome.ts'

const sound = {
  name: 'hillock-learner-my-rule',
  version: '1.0.0',
  description: 'A rule',
  license: 'MIT',
  type: 'module',
  sideEffects: false,
  engines: { node: '>=20.19' },
  exports: { '.': { types: './index.d.ts', default: './index.js' } },
  peerDependencies: { '@hillock/core': '^0.1.0' },
}

const myRule = (options: { readonly rate?: number } = {}) => checkOptions('myRule', options, { rate: is.above(0) })

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'hillock-package-'))
  for (const file of ['index.js', 'index.d.ts']) writeFileSync(join(folder, file), '')
  writeFileSync(join(folder, 'README.md'), '# hillock-learner-my-rule\n')
})
afterEach(() => rmSync(folder, { recursive: true }))

/** Messages of the tests that a package does not pass. */
async function failures(manifest: object, exports: Record<string, unknown> = { myRule }) {
  writeFileSync(join(folder, 'package.json'), JSON.stringify(manifest))
  const found = await outcome((runner) => packageConformance({ folder: pathToFileURL(`${folder}/`), exports, runner }))
  return found.messages
}

test('a sound package passes', async () => {
  expect(await failures(sound)).toEqual([])
})

describe('the suite sees a package', () => {
  test.each<[string, object, string]>([
    ['of another name', { name: 'my-rule' }, 'hillock-<kind>-<name>'],
    ['without a license', { license: undefined }, "'license'"],
    ['of no version', { version: 'new' }, 'version'],
    ['for any Node.js', { engines: undefined }, 'engines.node'],
    ['in CommonJS', { type: 'commonjs' }, "'type'"],
    ['with side effects', { sideEffects: undefined }, "'sideEffects'"],
    ['without types', { exports: { '.': './index.js' } }, "'types'"],
    ['with types too late', { exports: { '.': { default: './index.js', types: './index.d.ts' } } }, 'stands after'],
    ['not built', { exports: { '.': { types: './index.d.ts', default: './dist/index.js' } } }, 'build it first'],
    ['without core', { peerDependencies: {} }, 'not among'],
    ['for any core', { peerDependencies: { '@hillock/core': '*' } }, 'or none'],
    ['for one core only', { peerDependencies: { '@hillock/core': '0.1.0' } }, 'or none'],
    ['with a core of its own', { dependencies: { '@hillock/core': '^0.1.0' } }, 'two of it'],
    ['that brings another plugin', { dependencies: { '@hillock/backend-wasm': '^0.1.0' } }, '@hillock/backend-wasm'],
  ])('%s', async (_, change, message) => {
    expect(await failures({ ...sound, ...change })).toContainEqual(expect.stringContaining(message))
  })

  test('whose factory is called otherwise', async () => {
    expect(await failures(sound, { rule: () => {} })).toEqual([expect.stringContaining("'myRule', but rule")])
  })

  test('that takes any option', async () => {
    const message = 'of { noSuchOption: 1 }: it is accepted'
    expect(await failures(sound, { myRule: () => {} })).toEqual([message])
    expect(await failures(sound, { myRule: async () => {} })).toEqual([message])
    const failing = ({ rate }: { rate?: number[] } = {}) => rate!.length
    expect(await failures(sound, { myRule: failing })).toEqual([expect.stringContaining('TypeError')])
  })

  test('without a README, or with another one', async () => {
    writeFileSync(join(folder, 'README.md'), '# A rule\n')
    expect(await failures(sound)).toEqual([expect.stringContaining('does not begin')])
    rmSync(join(folder, 'README.md'))
    expect(await failures(sound)).toEqual([expect.stringContaining('no README.md')])
  })
})
