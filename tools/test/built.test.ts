import { spawnSync } from 'node:child_process'
import { expect, test } from '@jest/globals'
import { root } from '../src/workspace.ts'

/** Runs a script with what is built and published, in place of the sources. */
function built(script: string, ...flags: string[]): string {
  const args = [...flags, '--input-type=module', '--eval', script]
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd: root, encoding: 'utf8' })
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
  return stdout
}

const weights = '../src/try/weights.js'
const { digest } = (await import(weights)) as { digest: () => Promise<string> }

test('what is built computes the bits of the sources', async () => {
  const found = built(`
    import { digest } from './tools/src/try/weights.js'
    import { wasm } from '@hillock/backend-wasm'
    process.stdout.write(JSON.stringify([await digest(), (await digest(await wasm({ threads: 2 }))).length]))`)
  expect(JSON.parse(found)).toEqual([await digest(), 64])
}, 60_000)

test('errors of what is built tell the place in the sources', () => {
  const script = `
    import { lif, sequential, dense, HillockError } from '@hillock/core'
    try {
      sequential(3, [dense(2), lif({ beta: [1, 2, 3] })])
    } catch (error) {
      process.stdout.write(JSON.stringify([error.constructor.name, error instanceof HillockError, error.stack]))
    }`
  const [name, ours, stack] = JSON.parse(built(script, '--enable-source-maps'))
  expect([name, ours]).toEqual(['HillockError', true])
  expect(stack).toMatch(/packages.core.src.network\.ts:\d+:\d+/)
})

test('so does the command line, asked to', () => {
  const args = ['packages/cli/bin/hillock.js', 'evaluate', '--model', 'nowhere']
  const env = { ...process.env, HILLOCK_DEBUG: '1' }
  const { status, stderr } = spawnSync(process.execPath, args, { cwd: root, encoding: 'utf8', env })
  expect(status).toBe(2)
  expect(stderr).toMatch(/packages.cli.src.commands.evaluate\.ts:\d+:\d+/)
})
