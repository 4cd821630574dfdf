import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { measureStdp } from '@hillock/analysis'
import { reference } from '@hillock/core'
import { glyphs, take } from '@hillock/datasets'
import { findRecipe, parseRecipe, recipeParts, withNeurons } from '@hillock/recipes'
import { describe, expect, test } from '@jest/globals'
import { hillock } from './run.ts'

const demo = findRecipe('demo')
const lif = { neuron: 'lif', threshold: 0.2, surrogate: { name: 'fastSigmoid', slope: 2 } }
const small = parseRecipe({
  ...demo,
  steps: 12,
  network: [{ dense: 8 }, lif, { dense: 10 }, lif],
})
const { test: examples } = await glyphs({ train: 1, test: 30 })
const measure = (recipe = small, count = 30) =>
  measureStdp({
    ...recipeParts(recipe, examples.features),
    examples: take(examples, count),
    backend: reference(),
    seed: 0,
    window: 2,
  })

describe('withNeurons', () => {
  test('replaces neurons and surrogates everywhere, and keeps the options that the other neuron takes', () => {
    const { network } = withNeurons(findRecipe('lif-tutorial'), 'integrateAndFire', 'arctan')
    for (const at of [1, 3]) {
      expect(network[at]).toEqual({ neuron: 'integrateAndFire', threshold: 1, surrogate: { name: 'arctan' } })
    }
    expect(network[0]).toEqual(findRecipe('lif-tutorial').network[0])
  })
})

describe('measureStdp', () => {
  test('of the output finds that the right class is to fire more, the others less', async () => {
    const { layers } = await measure()
    expect(layers.map(({ layer, neuron }) => [layer, neuron])).toEqual([
      ['layer1', 'lif'],
      ['layer2', 'lif'],
    ])
    const { all, more, less } = layers[1]!.curves
    // one right class of ten; the surrogate is nowhere 0 or negative
    expect(more.level.pairs).toBeGreaterThan(100)
    expect([9 * more.level.pairs, (10 * less.level.pairs) / 9]).toEqual([less.level.pairs, all.level.pairs])
    expect(more.level.low).toBeGreaterThan(0)
    expect(less.level.high).toBeLessThan(0)
  })

  test('a change is that of one example, however many there are', async () => {
    const firing = async (count: number) => (await measure(small, count)).layers[1]!.curves.more.level.mean
    const [few, many] = [await firing(10), await firing(30)]
    expect(many / few).toBeGreaterThan(0.5)
    expect(many / few).toBeLessThan(2)
  })

  test('leaves out a layer whose input has no spikes', async () => {
    for (const encoder of [{ name: 'constant' }, { name: 'noise' }]) {
      const { layers } = await measure(parseRecipe({ ...small, encoder }), 5)
      expect(layers.map(({ layer }) => layer)).toEqual(['layer2'])
    }
  })
})

test('analyze stdp gives one event for each neuron and surrogate, of a recipe and of a model', async () => {
  const cwd = await mkdtemp(join(tmpdir(), 'hillock-'))
  await writeFile(
    join(cwd, 'small.json'),
    JSON.stringify({ ...small, dataset: { name: 'glyphs', train: 20, test: 10 } }),
  )
  const args = ['analyze', 'stdp', '--examples', '4', '--window', '2', '--json']
  const surrogates = ['--surrogates', 'fastSigmoid,arctan', '--out', 'stdp.svg']
  const untrained = await hillock([...args, '--config', 'small.json', '--neurons', 'lif,leaky', ...surrogates], { cwd })
  expect(untrained.code).toBe(0)
  expect(untrained.events.map(({ event, trained, neuron, surrogate }) => [event, trained, neuron, surrogate])).toEqual([
    ['stdp', false, 'lif', 'fastSigmoid'],
    ['stdp', false, 'lif', 'arctan'],
    ['stdp', false, 'leaky', 'fastSigmoid'],
    ['stdp', false, 'leaky', 'arctan'],
  ])
  const svg = await readFile(join(cwd, 'stdp.svg'), 'utf8')
  expect(svg).toMatch(/^<svg[\s\S]*leaky, arctan, layer2[\s\S]*<\/svg>\n$/)
  for (const name of ['all neurons', 'to fire more', 'to fire less']) expect(svg).toContain(`>${name}<`)

  await hillock(['train', '--config', 'small.json', '--epochs', '1', '--out', 'out'], { cwd })
  const trained = await hillock([...args, '--model', join('out', 'model.safetensors'), '--out', 'stdp.png'], { cwd })
  expect(trained.events).toMatchObject([{ event: 'stdp', trained: true, examples: 4, layers: [{}, {}] }])
  expect([...(await readFile(join(cwd, 'stdp.png'))).subarray(0, 4)]).toEqual([0x89, 0x50, 0x4e, 0x47])
  const one = await hillock(['analyze', 'stdp', '--config', 'small.json', '--examples', '1', '--window', '2'], { cwd })
  expect(one.stdout).toMatch(/^0 .* n = 1 /m)
  expect(one.stdout).not.toMatch(/NaN|Infinity/)
  const other = await hillock([...args, '--recipe', 'demo', '--out', 'stdp.pdf'], { cwd })
  expect([other.code, other.events]).toMatchObject([2, [{ code: 'HILLOCK_USAGE' }]])
  const both = await hillock([...args, '--model', join('out', 'model.safetensors'), '--recipe', 'demo'], { cwd })
  expect([both.code, both.events[0]]).toMatchObject([2, { code: 'HILLOCK_USAGE' }])
  await rm(cwd, { recursive: true })
}, 60_000)
