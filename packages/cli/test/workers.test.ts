import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { findRecipe } from '@hillock/recipes'
import { planSweep } from '@hillock/sweeps'
import { type RedisServer, redis, startRedis, whereFound } from '@hillock/testing'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { sweep } from '../src/commands/sweep.ts'
import { worker } from '../src/commands/worker.ts'
import { hillock } from './run.ts'
import { modelsIn, smallSweep } from './small-sweep.ts'

// long enough to be killed in
const tiny = { ...smallSweep, epochs: 12 }
const args = ['sweep', '--config', 'tiny.json', '--sweep', 'hidden=6', '--backend', 'reference', '--json']

let cwd: string
beforeAll(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'hillock-'))
  await writeFile(join(cwd, 'tiny.json'), JSON.stringify(tiny))
})
afterAll(() => rm(cwd, { recursive: true }))

const models = (out: string) => modelsIn(join(cwd, out))

test.each([
  ['--jobs', { jobs: 2 }, /--jobs is given with --workers.*\n.*--slots/],
  ['--data', { data: '.' }, /--data is given with --workers/],
  ['--shard', { shard: [1, 2] }, /--shard and --workers are given/],
] as const)('a sweep by workers takes no %s', async (_, more, message) => {
  const given = { out: join(cwd, 'none'), sweep: ['hidden=6'], workers: 'redis://localhost:1', ...more }
  await expect(sweep(given)).rejects.toThrow(message)
})

test('a worker without a sweep, without Redis or of another version of hillock says so, and alters nothing', async () => {
  const workers = 'redis://localhost:1'
  await mkdir(join(cwd, 'elsewhere'))
  const missing = worker(workers, { out: join(cwd, 'elsewhere') })
  await expect(missing).rejects.toMatchObject({
    code: 'HILLOCK_USAGE',
    message: expect.stringMatching(/holds no sweep/),
  })
  const out = join(cwd, 'alone')
  const unreachable = { code: 'HILLOCK_QUEUE', message: expect.stringMatching(/^Redis does not answer.*\nstart redis/) }
  const set = ['dataset.validation=0.2']
  await expect(sweep({ out, set, sweep: ['hidden=6'], workers })).rejects.toMatchObject(unreachable)
  await expect(worker(workers, { out })).rejects.toMatchObject(unreachable)
  const recipe = findRecipe('demo')
  const plan = (version: string) =>
    planSweep({
      recipe: { ...recipe, dataset: { ...recipe.dataset, validation: 0.2 } },
      settings: [{ set: [], sweep: {} }],
      seeds: [0],
      version,
    })
  const told = async (content: string, code: string, message: RegExp) => {
    await writeFile(join(out, 'sweep.json'), content)
    await expect(worker(workers, { out })).rejects.toMatchObject({ code, message: expect.stringMatching(message) })
  }
  await told(JSON.stringify(plan('9.9.9')), 'HILLOCK_USAGE', /was started by hillock 9.9.9, but this is/)
  await told(JSON.stringify(plan('9.9.9')).replace('"seed":0', '"seed":1'), 'HILLOCK_DATA_DAMAGED', /run 0 was altered/)
  expect(await readdir(out)).toEqual(['sweep.json'])
})

whereFound('workers', redis, () => {
  let server: RedisServer
  beforeAll(async () => {
    server = await startRedis()
  })
  afterAll(() => server.stop())

  test('go on with what a killed one has left, and end with the bytes of one process', async () => {
    const whole = await hillock([...args, '--out', 'whole'], { cwd })
    expect([whole.code, whole.events.at(-1)]).toMatchObject([0, { event: 'sweep', runs: 1, done: 1 }])
    const begun = hillock([...args, '--out', 'shared', '--workers', server.url], { cwd })
    const plan = async (): Promise<unknown> => readFile(join(cwd, 'shared', 'sweep.json')).catch(plan)
    await plan()
    const work = ['worker', server.url, '--out', 'shared', '--lost-after', '1', '--json']
    const meddle = (stdout: string, kill: (signal: NodeJS.Signals) => void) => {
      if (stdout.includes('"event":"epoch"')) kill('SIGKILL')
    }
    expect((await hillock(work, { cwd, meddle })).code).toBe(null)
    // one that is told to stop gives its job back at once
    const stop = (stdout: string, kill: (signal: NodeJS.Signals) => void) => {
      if (stdout.includes('"event":"epoch"')) kill('SIGTERM')
    }
    expect((await hillock(work, { cwd, meddle: stop })).code).toBe(143)
    const last = await hillock(work, { cwd })
    expect(last.code).toBe(0)
    expect(last.events.some(({ event, resumed }) => event === 'begin' && resumed)).toBe(true)
    const ended = await begun
    expect([ended.code, ended.events.at(-1)]).toMatchObject([0, { event: 'sweep', runs: 1, done: 1 }])
    expect(ended.events.filter(({ event }) => event === 'end')).toHaveLength(1)
    expect(await models('shared')).toEqual(await models('whole'))
  }, 60_000)
})
