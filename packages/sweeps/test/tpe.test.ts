import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { findRecipe } from '@hillock/recipes'
import { describe, expect, test } from '@jest/globals'
import {
  beginSweep,
  nextTrial,
  type Plan,
  parsePlan,
  parseRange,
  planSearch,
  proposeTpe,
  type Range,
  type RunStatus,
  type Trial,
  writePlan,
} from '../src/index.ts'
import { drawn } from '../src/random-search.ts'

const ranges: readonly Range[] = [
  parseRange('rate=log(1e-5,1)')!,
  parseRange('decay=uniform(0,1)')!,
  parseRange('hidden=int(1,64)')!,
  { name: 'reset', kind: 'choice', values: ['zero', 'subtract', 'none'] },
]

/** Best, 0, at a rate of 1e-3, a decay of 0.8, 20 units and one kind of reset. */
const scoreOf = ({ rate, decay, hidden, reset }: Readonly<Record<string, unknown>>) =>
  -(
    Math.log10(Number(rate) / 1e-3) ** 2 / 4 +
    4 * (Number(decay) - 0.8) ** 2 +
    ((Number(hidden) - 20) / 30) ** 2 +
    (reset === 'subtract' ? 0 : 0.5)
  )

const trialOf = (settings: Readonly<Record<string, unknown>>): Trial => ({ settings, value: scoreOf(settings) })
const bestOf = (trials: readonly Trial[]) => Math.max(...trials.map(({ value }) => value))

function tpe(count: number, seed: number): Trial[] {
  const trials: Trial[] = []
  while (trials.length < count) trials.push(trialOf(proposeTpe(ranges, trials, seed)))
  return trials
}

describe('the tree-structured Parzen estimator', () => {
  test('beats random search on a known function with the same number of trials', () => {
    const [count, seeds] = [40, Array.from({ length: 20 }, (_, seed) => seed)]
    const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length
    const learnt = mean(seeds.map((seed) => bestOf(tpe(count, seed))))
    const random = mean(seeds.map((seed) => bestOf(drawn(ranges, count, seed).map(trialOf))))
    // the distance from the best there is, 0
    expect(-learnt / -random).toBeLessThan(0.5)
  })

  test('begins with what random search draws, and gives the same for the same seed and trials', () => {
    const trials = tpe(14, 3)
    expect(trials.slice(0, 10).map(({ settings }) => settings)).toEqual(drawn(ranges, 10, 3))
    expect(tpe(14, 3)).toEqual(trials)
    expect(tpe(14, 4)[13]).not.toEqual(trials[13])
    const other = [...trials.slice(0, 12), { ...trials[12]!, value: 1 }]
    expect(proposeTpe(ranges, other, 3)).not.toEqual(proposeTpe(ranges, trials.slice(0, 13), 3))
  })

  test('stays in its ranges, also where a run gave no number', () => {
    const trials = tpe(25, 1).map((trial, i) => (i % 3 === 0 ? { ...trial, value: Number.NaN } : trial))
    for (let seed = 0; seed < 8; seed++) {
      const { rate, decay, hidden, reset } = proposeTpe(ranges, trials, seed)
      expect(Number(rate)).toBeGreaterThanOrEqual(1e-5)
      expect(Number(rate)).toBeLessThanOrEqual(1)
      expect([Number(decay) >= 0, Number(decay) <= 1]).toEqual([true, true])
      expect([Number.isInteger(hidden), Number(hidden) >= 1, Number(hidden) <= 64]).toEqual([true, true, true])
      expect(['zero', 'subtract', 'none']).toContain(reset)
    }
  })
})

describe('a search', () => {
  const demo = findRecipe('demo')
  const recipe = { ...demo, dataset: { ...demo.dataset, validation: 0.2 } }
  const options = { recipe, ranges: [parseRange('hidden=int(8,64)')!], trials: 13, seeds: [5, 6], version: '1.2.3' }
  /** Best with 40 units. */
  const done = (plan: Plan): RunStatus[] =>
    plan.runs.map((run) => ({
      run,
      state: 'done',
      validationAccuracy: 1 - Math.abs(Number(run.settings.hidden) - 40) / 64,
    }))

  test('goes on from what is done, with each seed, until all settings are tried', () => {
    const plans = [planSearch(options)]
    for (let next = nextTrial(plans[0]!, done(plans[0]!)); next; next = nextTrial(next, done(next))) plans.push(next)
    expect(plans.map(({ search }) => search!.tried.length)).toEqual([10, 11, 12, 13])
    const last = plans.at(-1)!
    expect(last.runs.slice(0, plans[0]!.runs.length)).toEqual(plans[0]!.runs)
    expect(new Set(last.runs.map(({ id }) => id)).size).toBe(last.runs.length)
    for (const { hidden } of last.search!.tried)
      expect(last.runs.flatMap(({ settings, seed }) => (settings.hidden === hidden ? seed : []))).toEqual([5, 6])
    expect(nextTrial({ ...last, runs: [] }, [])).toBeUndefined()
    // a sweep that is no search has no next
    expect(nextTrial({ format: last.format, version: last.version, runs: last.runs }, [])).toBeUndefined()
  })

  test('is read back as it was written, and gone on with in its folder; not where it was altered', async () => {
    const plan = planSearch(options)
    const text = JSON.stringify(plan)
    expect(parsePlan(text, 'a file')).toEqual(plan)
    expect(() => parsePlan(text.replace('"trials":13', '"trials":14'), 'a file')).toThrow(/its search was altered/)
    const out = await mkdtemp(join(tmpdir(), 'hillock-'))
    try {
      expect(await beginSweep(out, plan)).toEqual(plan)
      const further = nextTrial(plan, done(plan))!
      await writePlan(out, further)
      expect(await beginSweep(out, planSearch(options))).toEqual(further)
      await expect(beginSweep(out, planSearch({ ...options, trials: 14 }))).rejects.toMatchObject({
        code: 'HILLOCK_USAGE',
      })
    } finally {
      await rm(out, { recursive: true })
    }
  })
})
