import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, describe, expect, test } from '@jest/globals'
import { root } from '../src/workspace.ts'

const results = join(root, 'tools', 'test-results')
mkdirSync(results, { recursive: true })
const folder = mkdtempSync(join(results, 'skips-'))
afterAll(() => rmSync(folder, { recursive: true }))
const preset = pathToFileURL(join(root, 'jest.preset.js')).href
writeFileSync(join(folder, 'jest.config.mjs'), `export { default } from '${preset}'`)
writeFileSync(join(folder, 'package.json'), '{ "type": "module" }')
mkdirSync(join(folder, 'test'))

/** Runs tests in a package of their own. */
function run(code: string, env: Record<string, string> = {}, ...args: string[]) {
  const file = join(folder, 'test', 'some.test.ts')
  writeFileSync(
    file,
    `import { expect, test } from '@jest/globals'\nimport { whereFound } from '@hillock/testing'\n${code}`,
  )
  const counts = join(folder, 'test-results', 'counts.json')
  rmSync(counts, { force: true })
  const jest = join(root, 'node_modules', 'jest', 'bin', 'jest.js')
  const { status, stderr } = spawnSync(process.execPath, ['--experimental-vm-modules', jest, ...args], {
    cwd: folder,
    encoding: 'utf8',
    env: { ...process.env, HILLOCK_CI: '', ...env },
  })
  const read = () => JSON.parse(readFileSync(counts, 'utf8'))
  return { status, stderr, read }
}

const lacking = (more = '') => `
  test('one', () => {})
  whereFound('in a browser', { found: false, missing: 'there is none'${more} }, () => test('two', () => {}))`

describe('tests that need what is not there', () => {
  test('are skipped, and the reason is kept', () => {
    const { status, read } = run(lacking())
    expect(status).toBe(0)
    expect(read()).toMatchObject({ passed: 1, failed: 0, skips: ['in a browser (skipped: there is none)'] })
  })

  test('fail in CI', () => {
    const { status, stderr, read } = run(lacking(), { HILLOCK_CI: '1' })
    expect([status, stderr]).toEqual([1, expect.stringContaining('there is none, and with HILLOCK_CI')])
    expect(read()).toMatchObject({ passed: 1, failed: 1, skips: [] })
  })

  test('are skipped in CI too where they are optional', () => {
    const { status, read } = run(lacking(', optional: true'), { HILLOCK_CI: '1' })
    expect([status, read()]).toEqual([0, expect.objectContaining({ passed: 1, failed: 0 })])
  })
})

test('those that need what is there run', () => {
  const { status, read } = run("whereFound('here', { found: true, missing: '' }, () => test('one', () => {}))")
  expect([status, read()]).toEqual([0, expect.objectContaining({ passed: 1, skips: [] })])
})

test.each(["test.skip('later', () => {})", "test.todo('later')"])('%s fails: it gives no reason', (code) => {
  const { status, stderr, read } = run(`test('one', () => {})\n${code}`)
  expect([status, stderr]).toEqual([1, expect.stringMatching(/skipped without a reason.*: later\n/)])
  expect(read()).toMatchObject({ passed: 1, failed: 1 })
})

test('a test that was chosen by its name leaves the others out without a word', () => {
  const { status, read } = run("test('one', () => {})\ntest('two', () => {})", {}, '-t', 'one')
  expect(status).toBe(0)
  expect(read).toThrow('ENOENT')
})
