import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { packages, read, root } from '../src/workspace.ts'

test('a release that breaks something raises the second number, and all ranges within hillock with it', () => {
  const [major, minor] = (JSON.parse(read('packages/core/package.json')) as { version: string }).version.split('.')
  const next = `${major}.${Number(minor) + 1}.0`
  const args = [join(root, 'node_modules/nx/dist/bin/nx.js'), 'release', 'version', next, '--dry-run']
  const env = { ...process.env, NODE_OPTIONS: '', NX_DAEMON: 'false', NO_COLOR: '1', FORCE_COLOR: '0' }
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd: root, encoding: 'utf8', env })
  expect({ status, stderr }).toEqual({ status: 0, stderr: expect.any(String) })
  const added = stdout
    .split('\n')
    .flatMap((line) => /^\+\s+"(.*?)": "(.*?)",?$/.exec(line)?.slice(1, 3).join(' ') ?? [])
  const released = packages().map(({ manifest }) => manifest.name)
  const wanted = packages().flatMap(({ manifest }) => {
    const { dependencies, peerDependencies, optionalDependencies, devDependencies } = manifest
    const all = [dependencies, peerDependencies, optionalDependencies, devDependencies]
    const ours = all.flatMap((some) => Object.keys(some ?? {})).filter((name) => released.includes(name))
    return [`version ${next}`, ...ours.map((name) => `${name} ^${next}`)]
  })
  expect(added.sort()).toEqual(wanted.sort())
}, 60_000)
