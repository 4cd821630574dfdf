import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { hillock } from './run.ts'
import { tiny } from './tiny.ts'

// Learners and backends that others publish: small packages, written into the node_modules of the folder in which hillock runs.

let cwd: string
beforeAll(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'hillock-'))
  await writeFile(join(cwd, 'tiny.json'), JSON.stringify(tiny))
})
afterAll(() => rm(cwd, { recursive: true }))

describe('plugins', () => {
  test('are found from the folder in which hillock is run', async () => {
    const folder = join(cwd, 'node_modules', 'hillock-learner-do-nothing')
    await mkdir(folder, { recursive: true })
    const manifest = { name: 'hillock-learner-do-nothing', version: '3.2.1', type: 'module', exports: './index.js' }
    await writeFile(join(folder, 'package.json'), JSON.stringify(manifest))
    const learner = "{ name: 'do-nothing', step: async () => ({ loss: 1, correct: 0 }) }"
    await writeFile(join(folder, 'index.js'), `export const doNothing = () => (${learner})`)
    const { code, events } = await hillock(['train', '--config', 'tiny.json', '--learner', 'do-nothing', '--json'], {
      cwd,
    })
    expect(code).toBe(0)
    expect(events.find(({ event }) => event === 'epoch')).toMatchObject({ trainLoss: 1, trainAccuracy: 0 })
    const info = await hillock(['info', '--json'], { cwd })
    const plugin = { kind: 'learner', name: 'do-nothing', package: 'hillock-learner-do-nothing', version: '3.2.1' }
    expect(info.events[0]).toMatchObject({
      plugins: expect.arrayContaining([plugin, expect.objectContaining({ name: 'bptt' })]),
      backends: expect.arrayContaining([expect.objectContaining({ name: 'reference', available: true })]),
    })
  }, 30_000)

  test('that refuse a number of threads are used wrongly', async () => {
    const folder = join(cwd, 'node_modules', 'hillock-backend-frugal')
    await mkdir(folder, { recursive: true })
    await writeFile(join(folder, 'package.json'), JSON.stringify({ type: 'module', exports: './index.js' }))
    const refuse =
      "throw Object.assign(new Error('threads is ' + threads), { code: 'HILLOCK_RANGE', hint: 'at most 4' })"
    await writeFile(join(folder, 'index.js'), `export const frugal = async ({ threads }) => { ${refuse} }`)
    const { code, stderr } = await hillock(['train', '--backend', 'frugal', '--threads', '5000'], { cwd })
    expect([code, stderr]).toEqual([2, 'HILLOCK_USAGE: --threads 5000: threads is 5000\nat most 4\n'])
  })

  test('that do not load, or export something else, say so', async () => {
    for (const [name, source] of [
      ['broken', 'throw new Error("no such device")'],
      ['other', 'export const another = 1'],
    ]) {
      const folder = join(cwd, 'node_modules', `hillock-backend-${name}`)
      await mkdir(folder, { recursive: true })
      await writeFile(join(folder, 'package.json'), JSON.stringify({ type: 'module', exports: './index.js' }))
      await writeFile(join(folder, 'index.js'), source!)
    }
    const broken = await hillock(['train', '--backend', 'broken'], { cwd })
    expect([broken.code, broken.stderr]).toEqual([2, expect.stringMatching(/HILLOCK_PLUGIN: .*no such device/)])
    const other = await hillock(['train', '--backend', 'other'], { cwd })
    expect([other.code, other.stderr]).toEqual([
      2,
      expect.stringMatching(/does not export 'other'\nit exports another/),
    ])
    const folder = join(cwd, 'node_modules', 'hillock-backend-unbuilt')
    await mkdir(folder, { recursive: true })
    await writeFile(join(folder, 'package.json'), JSON.stringify({ type: 'module', exports: './index.js' }))
    const unbuilt = await hillock(['train', '--backend', 'unbuilt'], { cwd })
    expect([unbuilt.code, unbuilt.stderr]).toEqual([
      2,
      'HILLOCK_PLUGIN: hillock-backend-unbuilt has no code to load\ninstall it again, or build it\n',
    ])
  }, 30_000)
})

test.each([
  ['an exception', 'setTimeout(() => { throw new TypeError("oh\\nno") })'],
  ['a rejection', 'void Promise.reject(new TypeError("oh\\nno"))'],
])(
  '%s that nobody awaits is told in a line, with its code',
  async (_, fault) => {
    const folder = join(cwd, 'node_modules', 'hillock-learner-faulty')
    await mkdir(folder, { recursive: true })
    await writeFile(join(folder, 'package.json'), JSON.stringify({ type: 'module', exports: './index.js' }))
    const step = `step: async () => { ${fault}; await new Promise(() => setInterval(() => {}, 1000)) }`
    await writeFile(join(folder, 'index.js'), `export const faulty = () => ({ name: 'faulty', ${step} })`)
    const args = ['train', '--config', 'tiny.json', '--learner', 'faulty', '--json']
    const { code, stderr, events } = await hillock(args, { cwd })
    expect([code, stderr]).toEqual([1, 'HILLOCK_INTERNAL: oh\nset HILLOCK_DEBUG=1 to see where, and report it\n'])
    expect(events.at(-1)).toMatchObject({ event: 'error', code: 'HILLOCK_INTERNAL' })
  },
  30_000,
)
