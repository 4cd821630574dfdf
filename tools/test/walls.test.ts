import { describe, expect, test } from '@jest/globals'
import { breaches, circles, importsOf, type Walls } from '../src/walls.ts'
import { filesIn, type Package, packages, read } from '../src/workspace.ts'

/** Extend here: core's rooms from the ground up (a file right in src is a room of its own), and who may use Node. */
const walls: Walls = {
  rooms: [
    ['suggestion', 'show', 'shape'],
    ['errors'],
    ['refusals'],
    ['counts', 'fits', 'random', 'safetensors'],
    ['equations'],
    ['kernel', 'options', 'wiring'],
    ['backend'],
    ['shapes', 'places'],
    ['product', 'event-lists', 'named-calls'],
    ['checked', 'values', 'reference'],
    ['model'],
    ['surrogates', 'initializers'],
    ['neuron'],
    ['neurons', 'encoders', 'connections', 'losses', 'optimizers'],
    ['network'],
    ['runtime'],
    ['learner', 'metrics'],
    ['session'],
    ['checkpoint'],
    ['entries'],
  ],
  node: ['hillock', '@hillock/datasets', '@hillock/sweeps'],
}

describe.each(packages())('$folder', (owner) => {
  test('no file imports itself by way of others, types included', () => {
    const sources = filesIn(`${owner.folder}/src`).filter((path) => path.endsWith('.ts'))
    expect(sources).not.toHaveLength(0)
    expect(circles(new Map(sources.map((path) => [path, read(path)])))).toEqual([])
  })

  test('imports only what it may', () => {
    const sources = filesIn(owner.folder).filter((path) => path.endsWith('.ts'))
    expect(sources).not.toHaveLength(0)
    const found = sources.flatMap((path) => breaches(owner, path.slice(owner.folder.length + 1), read(path), walls))
    expect(found).toEqual([])
  })
})

test('no package but the command line knows a terminal', () => {
  const uses = packages().filter(({ manifest }) =>
    ['commander', 'pino'].some((name) => Object.hasOwn(manifest.dependencies ?? {}, name)),
  )
  expect(uses.map(({ manifest }) => manifest.name)).toEqual(['hillock'])
})

describe('core', () => {
  const own = 'packages/core'
  const paths = filesIn(own).filter((path) => path.startsWith(`${own}/src/`) && path.endsWith('.ts'))

  test('no file is longer than 250 lines', () => {
    expect(paths.filter((path) => read(path).trimEnd().split('\n').length > 250)).toEqual([])
  })
})

describe('the checker', () => {
  const core: Package = { folder: 'packages/core', manifest: { name: '@hillock/core' } }
  const plugin: Package = {
    folder: 'plugins/learner-x',
    manifest: {
      name: '@hillock/learner-x',
      dependencies: { own: '1.0.0', '@hillock/learner-y': '0.1.0' },
      peerDependencies: { '@hillock/core': '^0.1.0' },
    },
  }
  const device: Package = {
    folder: 'plugins/backend-x',
    manifest: { name: '@hillock/backend-x', dependencies: { '@hillock/device': '^0.1.0' } },
  }
  const cli: Package = { folder: 'packages/cli', manifest: { name: 'hillock', dependencies: { zod: '4.0.0' } } }

  test('sees every kind of import', () => {
    const source = `
      import a, { b } from 'a'
      import type { C } from './c.ts'
      export * from './d.ts'
      export type { E } from './e.ts'
      import './f.ts'
      const g = await import('g')
      type H = import('h').H
      // import 'comment'
      const text = "import 'text'"`
    expect(importsOf(source).sort()).toEqual(['./c.ts', './d.ts', './e.ts', './f.ts', 'a', 'g', 'h'])
  })

  test.each<[Package, string, string, string]>([
    [core, 'src/session.ts', 'zod', 'nothing outside itself'],
    [core, 'src/session.ts', '@hillock/datasets', 'nothing outside itself'],
    [core, 'src/session.ts', 'node:fs', 'module of Node'],
    [core, 'src/session.ts', 'fs', 'module of Node'],
    [core, 'src/equations/parse.ts', '../backend.ts', 'not below'],
    [core, 'src/losses.ts', './optimizers.ts', 'not below'],
    [core, 'src/backend.ts', './attic.ts', 'not in the table'],
    [core, 'src/attic.ts', './backend.ts', 'not in the table'],
    [core, 'src/index.ts', '../test/helper.ts', 'leaves src'],
    [core, 'src/index.ts', '../../cli/src/main.ts', 'leaves its package'],
    [core, 'test/session.test.ts', '../../cli/src/main.ts', 'leaves its package'],
    [plugin, 'src/index.ts', '@hillock/learner-y', 'alone'],
    [plugin, 'src/index.ts', '@hillock/learner-y/deep', 'alone'],
    [plugin, 'src/index.ts', '@hillock/device', 'not a declared dependency'],
    [plugin, 'src/index.ts', 'stranger', 'not a declared dependency'],
    [plugin, 'src/index.ts', 'node:os', 'module of Node'],
    [cli, 'src/main.ts', 'pino', 'not a declared dependency'],
  ])('%#: %j', (owner, path, specifier, reason) => {
    const found = breaches(owner, path, `export * from '${specifier}'`, walls)
    expect(found).toEqual([expect.stringContaining(reason)])
  })

  test.each<[Package, string, string]>([
    [core, 'src/session.ts', './errors.ts'],
    [core, 'src/equations/parse.ts', './lexer.ts'],
    [core, 'src/equations/parse.ts', '../errors.ts'],
    [core, 'src/index.ts', './session.ts'],
    [core, 'test/session.test.ts', '@jest/globals'],
    [plugin, 'src/index.ts', '@hillock/core'],
    [plugin, 'src/index.ts', 'own/part'],
    [device, 'src/index.ts', '@hillock/device'],
    [cli, 'src/main.ts', 'node:fs'],
  ])('%#: allows %j', (owner, path, specifier) => {
    expect(breaches(owner, path, `export * from '${specifier}'`, walls)).toEqual([])
  })

  test('finds circles, types and all', () => {
    const sources = new Map([
      ['src/a.ts', "import type { B } from './b.ts'"],
      ['src/b.ts', "import { c } from './deep/c.ts'"],
      ['src/deep/c.ts', "export type { A } from '../a.ts'"],
      ['src/d.ts', "import './b.ts'"],
    ])
    expect(circles(sources)).toEqual([['src/a.ts', 'src/b.ts', 'src/deep/c.ts', 'src/a.ts']])
  })

  test('tells types of Node from its modules', () => {
    const found = (source: string) => breaches(plugin, 'src/index.ts', source, walls)
    expect(found(`import type * as os from 'node:os'\nexport type Cpus = ReturnType<typeof os.cpus>`)).toEqual([])
    expect(found(`import { type CpuInfo, cpus } from 'node:os'`)).toEqual([expect.stringContaining('module of Node')])
    expect(found(`import type * as os from 'node:os'\nimport('node:fs')`)).toEqual([
      expect.stringContaining('imports node:fs'),
    ])
  })
})
