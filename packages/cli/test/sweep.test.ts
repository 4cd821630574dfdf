import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { findRecipe } from '@hillock/recipes'
import { folderOf, parseSweep, sweptRuns } from '@hillock/sweeps'
import { describe, expect, test } from '@jest/globals'
import { sweepTable } from '../src/output/sweep-table.ts'
import { hillock } from './run.ts'

const usage = (message: RegExp) =>
  expect.objectContaining({ code: 'HILLOCK_USAGE', message: expect.stringMatching(message) })

describe('a sweep', () => {
  test('is a path and its values, as JSON or else as text', () => {
    expect(parseSweep('hidden=32,64')).toEqual({ name: 'hidden', values: [32, 64] })
    expect(parseSweep('network.1.reset=zero,subtract')).toEqual({
      name: 'network.1.reset',
      values: ['zero', 'subtract'],
    })
    expect(parseSweep('hidden=16,foo,"a,b",1e3').values).toEqual([16, 'foo', 'a,b', 1000])
    expect(parseSweep('encoder={"a":{"b":1},"c":2},3').values).toEqual([{ a: { b: 1 }, c: 2 }, 3])
    expect(parseSweep('network.0.weight={"normal":1,"mean":0},"x"').values).toEqual([{ normal: 1, mean: 0 }, 'x'])
  })

  test.each(['hidden', '=3', 'hidden=', 'hidden=32,,64', 'hidden=32,'])('cannot be %j', (assignment) => {
    expect(() => parseSweep(assignment)).toThrow(usage(/path.to.option=value,value/))
  })

  test('of hidden sizes sets each dense layer but the last', () => {
    expect(sweptRuns(findRecipe('eligibility-deep'), [parseSweep('hidden=7,9')])).toEqual([
      { set: ['network.0.dense=7', 'network.2.dense=7'], sweep: { hidden: 7 } },
      { set: ['network.0.dense=9', 'network.2.dense=9'], sweep: { hidden: 9 } },
    ])
  })

  test('of * sets every part that has the rest of the path', () => {
    const recipe = findRecipe('eligibility-deep')
    const [run] = sweptRuns(recipe, [parseSweep('network.*.surrogate.slope=3')])
    expect(run!.set).toEqual([1, 3, 5].map((part) => `network.${part}.surrogate.slope=3`))
    expect(() => sweptRuns(recipe, [parseSweep('network.*.slope=3')])).toThrow(usage(/nothing like it/))
  })

  test('of several things runs every combination', () => {
    const runs = sweptRuns(findRecipe('demo'), [parseSweep('hidden=7,9'), parseSweep('network.1.reset=zero,subtract')])
    expect(runs.map(folderOf)).toEqual([
      'hidden=7,network.1.reset=zero',
      'hidden=7,network.1.reset=subtract',
      'hidden=9,network.1.reset=zero',
      'hidden=9,network.1.reset=subtract',
    ])
    expect(runs[3]!.set).toEqual(['network.0.dense=9', 'network.1.reset="subtract"'])
  })

  test('is refused before anything runs, where one value does not fit', () => {
    const recipe = findRecipe('demo')
    const two = [parseSweep('epochs=1,2'), parseSweep('hidden=32,many')]
    expect(() => sweptRuns(recipe, two)).toThrow(usage(/^--sweep hidden=many: .*'network.0.dense' is wrong/))
    expect(() => sweptRuns(recipe, [parseSweep('hiden=1,2')])).toThrow(usage(/no 'hiden'\ndid you mean 'hidden'/))
    expect(() => sweptRuns(recipe, [parseSweep('learner.rat.x=1,2')])).toThrow(usage(/^--sweep learner.rat.x=1: /))
    expect(() => sweptRuns(recipe, [parseSweep('hidden=8,16,8')])).toThrow(usage(/hidden=8 is given twice/))
    expect(() => sweptRuns(recipe, [parseSweep('epoch=1,2')])).toThrow(usage(/'epochs'/))
    expect(() => sweptRuns(recipe, [parseSweep('epochs=1'), parseSweep('epochs=2')])).toThrow(usage(/twice/))
    expect(() => sweptRuns({ ...recipe, network: recipe.network.slice(2) }, [parseSweep('hidden=1')])).toThrow(
      usage(/no hidden/),
    )
  })

  test('keeps its folders within --out', () => {
    const [run] = sweptRuns(findRecipe('demo'), [parseSweep('learner.a/b/c="../../d"')])
    expect(folderOf(run!)).not.toMatch(/[/\\]/)
  })

  test('ends in a table of accuracies and densities', () => {
    const results = [
      { sweep: { hidden: 8 }, testAccuracy: 0.5, density: [0.25, 0.0625, 0.01] },
      { sweep: { hidden: 128 }, testAccuracy: 0.875, density: [0.25, 0.125, 0.02] },
    ]
    expect(sweepTable(results).split('\n')).toEqual([
      'hidden  test accuracy  density input  density layer1  density layer2',
      '     8         50.0 %         0.2500          0.0625          0.0100',
      '   128         87.5 %         0.2500          0.1250          0.0200',
    ])
  })
})

test('train --sweep gives one result a run, and each run a folder', async () => {
  const cwd = await mkdtemp(join(tmpdir(), 'hillock-'))
  const tiny = { extends: 'demo', dataset: { name: 'glyphs', train: 20, test: 10 }, steps: 4, epochs: 1 }
  await writeFile(join(cwd, 'tiny.json'), JSON.stringify(tiny))
  const args = ['train', '--config', 'tiny.json', '--sweep', 'hidden=4,6', '--out', 'out']
  const { code, events } = await hillock([...args, '--json'], { cwd })
  expect(code).toBe(0)
  const results = events.filter(({ event }) => event === 'result')
  expect(results.map(({ sweep }) => sweep)).toEqual([{ hidden: 4 }, { hidden: 6 }])
  const starts = events.filter(({ event }) => event === 'start')
  expect(starts.map(({ parameters }) => parameters)).toEqual([784 * 4 + 4 + 50, 784 * 6 + 6 + 70])
  for (const { density } of results) expect(density).toHaveLength(3)
  expect(await readdir(join(cwd, 'out'))).toEqual(['hidden=4', 'hidden=6'])
  const resumed = await hillock([...args, '--resume', 'out', '--json'], { cwd })
  expect([resumed.code, resumed.events[0]]).toMatchObject([2, { event: 'error', code: 'HILLOCK_USAGE' }])
  await rm(cwd, { recursive: true })
}, 60_000)
