import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { packages, root } from '../src/workspace.ts'

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
      sequential(3, [dense(2), lif({ beta: [0.1, 0.2, 0.3] })])
    } catch (error) {
      process.stdout.write(JSON.stringify([error.constructor.name, error instanceof HillockError, error.stack]))
    }`
  const [name, ours, stack] = JSON.parse(built(script, '--enable-source-maps'))
  expect([name, ours]).toEqual(['HillockError', true])
  expect(stack).toContain(`(${join(root, 'packages', 'core', 'src', 'network', 'layer.ts')}:`)
})

test('an uncaught error begins with the line that threw it, and soon says what is wrong', () => {
  const script = "import { lif } from '@hillock/core'\nlif({ bta: 0.9 })"
  const { stderr } = spawnSync(process.execPath, ['--input-type=module', '--eval', script], {
    cwd: root,
    encoding: 'utf8',
  })
  const before = stderr.slice(0, stderr.indexOf('HillockError: lif'))
  expect(before).toMatch(/dist.\w+\.js:\d+\nthrow (new )?\w+\(.*\n +\^\n/)
  expect(before.length).toBeLessThan(500)
})

test.each(packages().map(({ folder }) => folder))('%s: every line of what is built that throws is short', (folder) => {
  const dist = join(root, folder, 'dist')
  const files = readdirSync(dist).filter((name) => name.endsWith('.js'))
  const lines = files.flatMap((name) => readFileSync(join(dist, name), 'utf8').split('\n'))
  expect(lines.filter((line) => /^throw |[;{})]throw /.test(line) && line.length > 400)).toEqual([])
})

test('so does the command line, asked to', () => {
  const args = ['packages/cli/bin/hillock.js', 'evaluate', '--model', 'nowhere']
  const env = { ...process.env, HILLOCK_DEBUG: '1' }
  const { status, stderr } = spawnSync(process.execPath, args, { cwd: root, encoding: 'utf8', env })
  expect(status).toBe(2)
  expect(stderr).toContain(`${join(root, 'packages', 'cli', 'src', 'commands', 'evaluate.ts')}:`)
})
