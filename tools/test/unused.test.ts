import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { root } from '../src/workspace.ts'

test('no file, export or dependency is left that nobody uses: npm run knip', () => {
  const knip = join(root, 'node_modules/knip/bin/knip.js')
  const env = { ...process.env, NODE_OPTIONS: '' }
  const args = [knip, '--no-config-hints', '--no-progress']
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd: root, encoding: 'utf8', env })
  expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: '', stderr: '' })
}, 120_000)
