import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { packages, read, root } from '../src/workspace.ts'

const { version } = JSON.parse(read('packages/core/package.json')) as { version: string }

describe.each(packages())('$folder', ({ folder, manifest }) => {
  test('its package.json has the shape that all share', () => {
    expect(manifest).toMatchObject({
      name: folder === 'packages/cli' ? 'hillock' : folder.replace(/^.*\//, '@hillock/'),
      version,
      description: expect.stringMatching(/\w/),
      keywords: expect.arrayContaining(['hillock', 'spiking-neural-networks']),
      license: 'MIT',
      type: 'module',
      sideEffects: false,
      engines: { node: '>=20.19' },
      publishConfig: { access: 'public' },
      files: expect.arrayContaining(['dist', '!dist/*.tsbuildinfo']),
      exports: {
        '.': { '@hillock/source': './src/index.ts', types: './dist/index.d.ts', default: './dist/index.js' },
      },
    })
  })

  test('the source condition stands first in every entry of its exports', () => {
    const entries = Object.values(manifest.exports ?? {})
    const conditional = entries.filter((entry) => typeof entry === 'object' && entry !== null)
    for (const entry of conditional) expect(Object.keys(entry)[0]).toBe('@hillock/source')
  })

  test('its dependencies within hillock follow the common version', () => {
    const { dependencies, peerDependencies } = manifest
    const ours = Object.entries({ ...dependencies, ...peerDependencies }).filter(([name]) =>
      name.startsWith('@hillock/'),
    )
    const line = version.replace(/\.\d+$/, '')
    for (const [, range] of ours) expect(range.replace(/\.\d+$/, '')).toBe(`^${line}`)
    if (folder === 'packages/core') expect({ dependencies, peerDependencies }).toEqual({})
    else if (folder !== 'packages/cli') expect(peerDependencies).toHaveProperty(['@hillock/core'])
  })

  const [group, kind] = folder.split(/[/-]/) as [string, string]
  if (group === 'plugins') {
    test('it runs the suites of the kit', () => {
      const suites = read(`${folder}/test/conformance.test.ts`)
      // of queues there is no kind of suite: its tests have a server
      for (const suite of [...(kind === 'sweep' ? [] : [kind]), 'package'])
        expect(suites).toContain(`${suite}Conformance(`)
    })
  }

  test('it has a README, and the license of all', () => {
    expect(existsSync(join(root, folder, 'README.md'))).toBe(true)
    expect(read(`${folder}/LICENSE`)).toBe(read('LICENSE'))
  })
})
