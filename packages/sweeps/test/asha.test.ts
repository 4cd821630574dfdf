import { spawn } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { findRecipe } from '@hillock/recipes'
import { describe, expect, test } from '@jest/globals'
import { nextAsha, type Progress, rungsOf } from '../src/asha.ts'
import { parseSweep, planSweep, runAsha, runFolder, statusOf, sweptRuns } from '../src/index.ts'

describe('asynchronous successive halving', () => {
  test('compares after 1, 3, 9 ... epochs and the last one', () => {
    expect([1, 2, 3, 10, 27].map(rungsOf)).toEqual([[1], [1, 2], [1, 3], [1, 3, 9, 10], [1, 3, 9, 27]])
  })

  const idle = (...values: number[]): Progress => ({ values, state: 'idle' })

  test('begins runs until there are three, and then lets the best of them go on', () => {
    expect(nextAsha([idle(), idle(), idle(), idle()], 9)).toEqual({ place: 0, until: 1 })
    expect(nextAsha([idle(0.2), idle(0.5), idle(), idle()], 9)).toEqual({ place: 2, until: 1 })
    expect(nextAsha([idle(0.2), idle(0.5), idle(0.4), idle()], 9)).toEqual({ place: 1, until: 3 })
    // that one is under way: another begins meanwhile
    const under = { ...idle(0.5), state: 'under way' } as const
    expect(nextAsha([idle(0.2), under, idle(0.4), idle()], 9)).toEqual({ place: 3, until: 1 })
    expect(nextAsha([idle(0.2), under, idle(0.4)], 9)).toBeUndefined()
  })

  test('takes a higher rung first, and no run whose value is NaN or that has failed', () => {
    const three = [idle(0.9, 0.9, 0.1), idle(0.8, 0.8, 0.2), idle(0.7, 0.7, 0.3)]
    expect(nextAsha([...three, ...three.map(() => idle(0.1)), idle()], 9)).toEqual({ place: 2, until: 9 })
    expect(nextAsha([idle(Number.NaN), idle(0.1), idle(Number.NaN)], 9)).toEqual({ place: 1, until: 3 })
    expect(nextAsha([{ values: [], state: 'failed' }], 9)).toBeUndefined()
  })

  test('trains one to the end, also where a third of few is none', () => {
    expect(nextAsha([idle(0.1), idle(0.2, 0.2, 0.2)], 9)).toEqual({ place: 1, until: 9 })
    expect(nextAsha([idle(0.1), idle(...Array(9).fill(0.2))], 9)).toBeUndefined()
  })
})

/** In the place of hillock: an epoch takes a moment; its accuracy is the hidden size; a signal pauses it after the epoch that it is in. */
const script = `
const { appendFileSync, mkdirSync, writeFileSync, existsSync, readFileSync } = require('node:fs')
const { join } = require('node:path')
const args = process.argv.slice(1)
const out = args.includes('--resume') ? args[args.indexOf('--resume') + 1] : args[args.indexOf('--out') + 1]
mkdirSync(out, { recursive: true })
appendFileSync(join(out, 'calls'), args[1] + '\\n')
const recipe = JSON.parse(readFileSync(join(out, 'recipe.json'), 'utf8'))
const path = join(out, 'metrics.jsonl')
let epoch = existsSync(path) ? readFileSync(path, 'utf8').trim().split('\\n').length : 0
process.on('SIGINT', () => process.exit(130))
const next = () => {
  if (epoch === recipe.epochs) {
    writeFileSync(join(out, 'report.json'), JSON.stringify({ result: { stopped: false }, epochs: [{ validationAccuracy: 1 }] }))
    process.exit(0)
  }
  epoch += 1
  const line = JSON.stringify({ event: 'epoch', epoch, validationAccuracy: recipe.network[0].dense / 100 })
  appendFileSync(path, line + '\\n')
  writeFileSync(join(out, 'checkpoint.safetensors'), '')
  console.log(line)
  setTimeout(next, 150)
}
next()
`

test('a sweep that stops early pauses most runs, and goes on where it was stopped', async () => {
  const demo = findRecipe('demo')
  const recipe = { ...demo, epochs: 9, dataset: { ...demo.dataset, validation: 0.2 } }
  const settings = sweptRuns(recipe, [parseSweep('hidden=8,32,16')])
  const plan = planSweep({ recipe, settings, seeds: [0], version: '1.2.3' })
  const out = await mkdtemp(join(tmpdir(), 'hillock-'))
  const start = (args: readonly string[]) => spawn(process.execPath, ['-e', script, '--', ...args])
  try {
    const controller = new AbortController()
    await runAsha(plan, {
      out,
      start,
      jobs: 2,
      signal: controller.signal,
      onEvent: (event) => event.event === 'epoch' && event.epoch === 3 && controller.abort(),
    })
    expect((await statusOf(out, plan)).map(({ state }) => state)).toEqual(['begun', 'begun', 'begun'])
    await runAsha(plan, { out, start })
    expect((await statusOf(out, plan)).map(({ state }) => state)).toEqual(['begun', 'done', 'begun'])
    const lines = async (place: number, file: string) =>
      (await readFile(join(runFolder(out, plan.runs[place]!), file), 'utf8')).trim().split('\n')
    expect(await lines(1, 'metrics.jsonl')).toHaveLength(9)
    expect((await lines(0, 'metrics.jsonl')).length).toBeLessThan(4)
    expect((await lines(1, 'calls'))[1]).toBe('--resume')
  } finally {
    await rm(out, { recursive: true })
  }
}, 30_000)
