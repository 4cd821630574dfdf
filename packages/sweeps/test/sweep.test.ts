import { spawn } from 'node:child_process'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import {
  beginSweep,
  checkVersion,
  planSweep,
  type RunStatus,
  rank,
  readPlan,
  runFolder,
  runSweep,
  type SweepEvent,
  statusOf,
  testOf,
} from '../src/index.ts'
import { plan, recipe, settings } from './demo-plan.ts'

let root: string
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'hillock-'))
})
afterAll(() => rm(root, { recursive: true }))

/** In the place of hillock: tells two epochs and writes a report, unless it is to fail; remembers how it was called. */
const script = `
const { appendFileSync, mkdirSync, writeFileSync, existsSync } = require('node:fs')
const { join } = require('node:path')
const args = process.argv.slice(1)
const out = args.includes('--resume') ? args[args.indexOf('--resume') + 1] : args[args.indexOf('--out') + 1]
mkdirSync(out, { recursive: true })
appendFileSync(join(out, 'calls'), args.join(' ') + '\\n')
const plan = process.env.PLAN ?? ''
console.log(JSON.stringify({ event: 'epoch', epoch: 1, validationAccuracy: 0.5 }))
console.log('no JSON')
if (plan === 'usage') { console.error('HILLOCK_USAGE: no'); process.exit(2) }
if (plan === 'once' && !existsSync(join(out, 'checkpoint.safetensors'))) { writeFileSync(join(out, 'checkpoint.safetensors'), ''); process.exit(9) }
if (plan === 'ever') { console.error('it broke'); process.exit(1) }
writeFileSync(join(out, 'report.json'), JSON.stringify({ result: { stopped: false, testAccuracy: 0.8, seconds: 1 }, epochs: [{ validationAccuracy: 0.7 }] }))
`
const startWith = (plan: string) => (args: readonly string[]) =>
  spawn(process.execPath, ['-e', script, '--', ...args], { env: { ...process.env, PLAN: plan } })

const calls = async (out: string, at: number) =>
  (await readFile(join(runFolder(out, plan.runs[at]!), 'calls'), 'utf8')).trim().split('\n')

describe('a sweep', () => {
  test('trains all runs, each in a folder of its own, and does nothing twice', async () => {
    const out = join(root, 'all')
    await beginSweep(out, plan)
    const events: SweepEvent[] = []
    await runSweep(plan, { out, start: startWith(''), jobs: 2, onEvent: (event) => events.push(event) })
    expect((await statusOf(out, plan)).map(({ state, validationAccuracy }) => [state, validationAccuracy])).toEqual(
      plan.runs.map(() => ['done', 0.7]),
    )
    for (const run of plan.runs) {
      const of = events.filter((event) => event.run.id === run.id).map(({ event }) => event)
      expect(of).toEqual(['begin', 'epoch', 'end'])
    }
    const [call] = await calls(out, 3)
    expect(call).toMatch(/^train --config .*recipe.json --seed 1 --out .* --force --json$/)
    await runSweep(plan, { out, start: startWith('') })
    expect(await calls(out, 3)).toHaveLength(1)
    expect(await readPlan(out)).toEqual(plan)
  })

  test('trains a part of them, for one machine of several', async () => {
    const out = join(root, 'part')
    await beginSweep(out, plan)
    await runSweep(plan, { out, start: startWith(''), mine: (index) => index % 2 === 1 })
    expect((await statusOf(out, plan)).map(({ state }) => state)).toEqual(['left', 'done', 'left', 'done'])
  })

  test('goes on from the checkpoint of a run that died', async () => {
    const out = join(root, 'once')
    await runSweep(plan, { out, start: startWith('once'), mine: (index) => index === 0 })
    const [first, second] = await calls(out, 0)
    expect(first).toMatch(/--config/)
    expect(second).toMatch(/^train --resume \S+ --json$/)
    expect((await statusOf(out, plan))[0]).toMatchObject({ state: 'done' })
  })

  test.each([
    ['usage', 1, /HILLOCK_USAGE: no/],
    ['ever', 3, /it broke/],
  ])('gives up a run that fails (%s) after so many tries, and goes on with the others', async (why, tries, message) => {
    const out = join(root, why)
    await runSweep(plan, { out, start: startWith(why) })
    const statuses = await statusOf(out, plan)
    expect(statuses.map(({ state }) => state)).toEqual(plan.runs.map(() => 'failed'))
    expect(statuses[0]!.error).toMatch(message)
    expect(await calls(out, 0)).toHaveLength(tries)
  })

  test('stops when it is told to, and begins no further run', async () => {
    const out = join(root, 'stop')
    const controller = new AbortController()
    const onEvent = ({ event }: SweepEvent) => event === 'end' && controller.abort()
    await runSweep(plan, { out, start: startWith(''), signal: controller.signal, onEvent })
    expect((await statusOf(out, plan)).map(({ state }) => state)).toEqual(['done', 'left', 'left', 'left'])
  })

  test('does not take the folder of another sweep, of another version, or one that was altered', async () => {
    const out = join(root, 'all')
    const other = planSweep({ recipe, settings, seeds: [7], version: '1.2.3' })
    await expect(beginSweep(out, other)).rejects.toMatchObject({ code: 'HILLOCK_USAGE' })
    expect(() => checkVersion(plan, '2.0.0', out)).toThrow(/started by hillock 1.2.3, but this is 2.0.0/)
    const altered = join(root, 'altered')
    await mkdir(altered)
    await writeFile(join(altered, 'sweep.json'), JSON.stringify(plan).replace('"dense":8', '"dense":9'))
    await expect(beginSweep(altered, plan)).rejects.toMatchObject({ code: 'HILLOCK_DATA_DAMAGED' })
    const file = join(root, 'file')
    await writeFile(file, '')
    await expect(beginSweep(file, plan)).rejects.toMatchObject({ code: expect.stringMatching(/^HILLOCK_/) })
  })
})

test('settings are ranked by validation, and only the chosen one is tested', () => {
  const [a0, a1, b0, b1] = plan.runs as [RunStatus['run'], RunStatus['run'], RunStatus['run'], RunStatus['run']]
  const done = (run: RunStatus['run'], validationAccuracy: number, testAccuracy: number): RunStatus => ({
    run,
    state: 'done',
    validationAccuracy,
    testAccuracy,
  })
  const statuses: RunStatus[] = [
    done(a0, 0.9, 0.5),
    done(a1, 0.7, 0.6),
    done(b0, 0.85, 0.99),
    { run: b1, state: 'left' },
  ]
  const ranked = rank(statuses)
  expect(ranked).toMatchObject([
    { settings: { hidden: 16 }, done: 1, runs: 2, validationAccuracy: 0.85 },
    { settings: { hidden: 8 }, done: 2, runs: 2 },
  ])
  expect(ranked[1]!.validationAccuracy).toBeCloseTo(0.8)
  expect(ranked[1]!.deviation).toBeCloseTo(Math.SQRT2 / 10)
  expect(testOf(statuses, ranked[0]!)).toEqual({ testAccuracy: 0.99, testError: Number.NaN })
  expect(testOf(statuses, ranked[1]!).testAccuracy).toBeCloseTo(0.55)
})

test('settings without labels are ranked by their loss, the lowest first', () => {
  const losses = [0.5, 0.7, 0.2, 0.4]
  const statuses = plan.runs.map((run, i): RunStatus => {
    return { run, state: i === 3 ? 'failed' : 'done', validationLoss: losses[i], testError: losses[i]! / 10 }
  })
  const ranked = rank(statuses)
  expect(ranked.map(({ settings, done }) => [settings, done])).toEqual([
    [{ hidden: 16 }, 1],
    [{ hidden: 8 }, 2],
  ])
  expect(ranked[1]).toMatchObject({ validationAccuracy: Number.NaN, validationLoss: 0.6 })
  expect(ranked[1]!.deviation).toBeCloseTo(Math.SQRT2 / 10)
  expect(testOf(statuses, ranked[0]!).testError).toBeCloseTo(0.02)
})
