import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { findRecipe } from '@hillock/recipes'
import { parseRange, planSearch, writePlan } from '@hillock/sweeps'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { worker } from '../src/commands/worker.ts'
import { version } from '../src/home.ts'
import { hillock } from './run.ts'
import { modelsIn, smallSweep } from './small-sweep.ts'

const args = ['sweep', '--config', 'tiny.json', '--sweep', 'hidden=6,9', '--backend', 'reference', '--json']

let cwd: string
beforeAll(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'hillock-'))
  await writeFile(join(cwd, 'tiny.json'), JSON.stringify(smallSweep))
})
afterAll(() => rm(cwd, { recursive: true }))

const models = (out: string) => modelsIn(join(cwd, out))

describe('hillock sweep', () => {
  test('that is killed goes on when it is started again, and ends with the bytes of one never killed', async () => {
    const whole = await hillock([...args, '--out', 'whole'], { cwd })
    expect([whole.code, whole.events.at(-1)]).toMatchObject([0, { event: 'sweep', runs: 2, done: 2 }])
    const meddle = (stdout: string, kill: (signal: NodeJS.Signals) => void) => {
      if (stdout.includes('"event":"epoch"')) kill('SIGKILL')
    }
    const killed = await hillock([...args, '--out', 'killed', '--jobs', '2'], { cwd, meddle })
    expect(killed.code).toBe(null)
    const rest = await hillock(['sweep', '--out', 'killed', '--json'], { cwd })
    expect([rest.code, rest.events.at(-1)]).toMatchObject([0, { event: 'sweep', runs: 2, done: 2 }])
    expect(rest.events.filter(({ event, resumed }) => event === 'begin' && resumed).length).toBeGreaterThan(0)
    expect(await models('killed')).toEqual(await models('whole'))
    const status = await hillock(['sweep', '--status', 'killed', '--plot', 'sweep.svg'], { cwd })
    expect(await readFile(join(cwd, 'sweep.svg'), 'utf8')).toMatch(/^<svg[\s\S]*validation/)
    expect(status.stdout).toMatch(/2 runs: 2 done\n[\s\S]*best by validation: hidden=\d\nits test accuracy: /)
  }, 60_000)

  test.each([
    ['without a folder', [], /needs a folder/],
    ['in a folder without one', ['--out', 'none'], /holds no sweep/],
    ['of a range without trials', ['--sweep', 'steps=int(2,9)', '--out', 'x'], /--trials 20/],
    [
      'by TPE on many machines',
      ['--search', 'tpe', '--trials', '3', '--sweep', 'steps=int(2,9)', '--shard', '1/2', '--out', 'x'],
      /learns from all/,
    ],
    ['of a value that does not fit', ['--sweep', 'steps=0', '--out', 'x'], /steps=0/],
    ['by seeds that are none', ['--sweep', 'steps=3', '--seeds', '3..1', '--out', 'x'], /lower number first/],
    ['by a shard that is none', ['--sweep', 'steps=3', '--shard', '9/8', '--out', 'x'], /3\/8/],
  ])('is refused %s, and leaves nothing', async (_, more, message) => {
    const { code, stderr } = await hillock(['sweep', '--config', 'tiny.json', ...more], { cwd })
    expect([code, stderr]).toEqual([2, expect.stringMatching(message)])
    expect(await readdir(cwd)).not.toContain('x')
  })
})

test('a worker takes no runs of a search, which learns from all of them', async () => {
  const demo = findRecipe('demo')
  const recipe = { ...demo, dataset: { ...demo.dataset, validation: 0.2 } }
  const ranges = [parseRange('hidden=int(4,9)')!]
  const out = join(cwd, 'search')
  await writePlan(out, planSearch({ recipe, ranges, trials: 3, seeds: [0], version: version() }))
  await expect(worker('redis://nowhere:1', { out })).rejects.toMatchObject({
    code: 'HILLOCK_USAGE',
    message: expect.stringMatching(/learns from all runs, but --workers is given/),
  })
})
