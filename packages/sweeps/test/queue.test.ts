import { spawn } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import {
  awaitWorkers,
  type Queue,
  type QueueWatch,
  runFolder,
  runSweep,
  runWorker,
  type SweepEvent,
  statusOf,
  sweepId,
} from '../src/index.ts'
import { plan } from './demo-plan.ts'

let root: string
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'hillock-'))
})
afterAll(() => rm(root, { recursive: true }))

/** A queue in this process, that forgets everything once if it is told to. */
function memory({ forgets = false } = {}): Queue & { readonly given: string[]; forgot: boolean } {
  const waiting: string[] = []
  const under = new Set<string>()
  const watching: QueueWatch[] = []
  const tried = new Map<string, number>()
  const queue = {
    given: [] as string[],
    forgot: !forgets,
    async add(ids: readonly string[]) {
      for (const id of ids) if (!waiting.includes(id) && !under.has(id)) waiting.push(id)
    },
    left: async () => waiting.length + under.size,
    async work({ signal, take, onFailed }: Parameters<Queue['work']>[0]) {
      while (!signal.aborted) {
        const id = waiting.shift()
        if (id === undefined) await new Promise((resolve) => setTimeout(resolve, 10))
        else {
          under.add(id)
          queue.given.push(id)
          const end = await take(id, async (progress) => {
            for (const one of watching) one.onProgress(id, progress)
          })
          under.delete(id)
          tried.set(id, (tried.get(id) ?? 0) + 1)
          if (end === 'back' || (end !== 'done' && !end.final && tried.get(id)! < 3)) waiting.push(id)
          else if (end !== 'done') onFailed(id, end.message)
          for (const one of watching) one.onEnd(id)
          if (!queue.forgot) waiting.length = 0
          queue.forgot = true
        }
      }
    },
    async watch(options: QueueWatch) {
      watching.push(options)
    },
    close: async () => {},
  }
  return queue
}

/** In the place of hillock: what it does depends on the plan. */
const script = `
const { mkdirSync, writeFileSync } = require('node:fs')
const { join } = require('node:path')
const args = process.argv.slice(1)
const out = args[args.indexOf('--out') + 1]
mkdirSync(out, { recursive: true })
console.log(JSON.stringify({ event: 'epoch', epoch: 1, validationAccuracy: 0.5 }))
if (process.env.PLAN === 'full') { console.error('HILLOCK_OUTPUT: x cannot be written: no room\\nmake room'); process.exit(1) }
if (process.env.PLAN === 'usage') { console.error('HILLOCK_USAGE: no'); process.exit(2) }
writeFileSync(join(out, 'report.json'), JSON.stringify({ result: { stopped: false }, epochs: [{ validationAccuracy: 0.7 }] }))
`
const startWith = (plan: string) => (args: readonly string[]) =>
  spawn(process.execPath, ['-e', script, '--', ...args], { env: { ...process.env, PLAN: plan } })

const statesIn = async (out: string) => (await statusOf(out, plan)).map(({ state }) => state)

describe('a worker', () => {
  test('trains what the queue hands out, tells it, and ends when nothing is left, though the queue forgot', async () => {
    const out = join(root, 'all')
    const queue = memory({ forgets: true })
    const [seen, own]: [SweepEvent[], SweepEvent[]] = [[], []]
    const watched = awaitWorkers(plan, { out, queue, onEvent: (event) => seen.push(event) })
    await runWorker(plan, { out, queue, start: startWith(''), onEvent: (event) => own.push(event) })
    await watched
    expect(await statesIn(out)).toEqual(['done', 'done', 'done', 'done'])
    expect([...new Set(queue.given)].sort()).toEqual(plan.runs.map(({ id }) => id).sort())
    expect(own.map(({ event }) => event).sort()).toEqual(plan.runs.flatMap(() => ['begin', 'end', 'epoch']).sort())
    expect(seen.filter(({ event }) => event === 'epoch')).toHaveLength(4)
    expect(sweepId(plan)).toMatch(/^[0-9a-f]{16}$/)
    const given = queue.given.length
    await runWorker(plan, { out, queue, start: startWith('') })
    expect(queue.given).toHaveLength(given)
  })

  test('on a full disk gives the run back and ends; the run is not marked as failed', async () => {
    const out = join(root, 'full')
    const queue = memory()
    const full = { code: 'HILLOCK_OUTPUT', message: 'x cannot be written: no room\nmake room' }
    await expect(runWorker(plan, { out, queue, start: startWith('full') })).rejects.toMatchObject(full)
    expect([await queue.left(), queue.given.length]).toEqual([4, 1])
    await expect(runSweep(plan, { out, start: startWith('full') })).rejects.toMatchObject(full)
    expect(await statesIn(out)).toEqual(['left', 'left', 'left', 'left'])
  })

  test('marks a run that failed for good, and goes on with the others', async () => {
    const out = join(root, 'usage')
    const queue = memory()
    await runWorker(plan, { out, queue, start: startWith('usage') })
    expect(await statesIn(out)).toEqual(['failed', 'failed', 'failed', 'failed'])
    expect(queue.given).toHaveLength(4)
    const why = await readFile(join(runFolder(out, plan.runs[0]!), 'failed.json'), 'utf8')
    expect(why).toMatch(/HILLOCK_USAGE: no/)
  })

  test('that is told to stop takes nothing more', async () => {
    const out = join(root, 'stopped')
    const controller = new AbortController()
    const onEvent = ({ event }: SweepEvent) => event === 'end' && controller.abort()
    await runWorker(plan, { out, queue: memory(), start: startWith(''), signal: controller.signal, onEvent })
    expect(await statesIn(out)).toEqual(['done', 'left', 'left', 'left'])
  })
})
